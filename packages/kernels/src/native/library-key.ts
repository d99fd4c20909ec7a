import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Compiler } from "./compiler.ts";
import { cpuFeatures } from "./cpu-features.ts";
import { flagVariants } from "./flags.ts";
import { kernelSources } from "./sources.ts";

/** Hash of everything a build depends on: sources, flags, compiler and processor. A change in any of them builds anew. */
export function libraryKey(compiler: Compiler): string {
  const parts = [
    ...kernelSources().flatMap(({ path, text }) => [basename(path), text]),
    JSON.stringify(flagVariants),
    compiler.command.join(" "),
    compiler.version,
    cpuFeatures(),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}
