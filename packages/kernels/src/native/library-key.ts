import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Compiler } from "./compiler.ts";
import type { KernelSource } from "./sources.ts";

/** Hash of everything a build depends on: sources, flags, compiler and the machine it is for. A change in any of them builds anew. */
export function libraryKey(
  compiler: Compiler,
  sources: readonly KernelSource[],
  flagVariants: readonly (readonly string[])[],
  machine: string,
): string {
  const parts = [
    ...sources.flatMap(({ path, text }) => [basename(path), text]),
    JSON.stringify(flagVariants),
    compiler.command.join(" "),
    compiler.version,
    machine,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}
