import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Folder of the C ABI's header. */
export const includeDir = join(root, "include");

/** Every C++ unit and header of the CPU kernels, sorted by path: adding a file to cpu/ is all that a new kernel needs. */
export function kernelSources(): { path: string; text: string }[] {
  return [includeDir, join(root, "cpu")]
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\.(h|cpp)$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
