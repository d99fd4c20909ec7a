import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Folder of the C ABI's header. */
export const includeDir = join(root, "include");

export interface KernelSource {
  readonly path: string;
  readonly text: string;
}

/** Every C++ unit and header of the CPU kernels, sorted by path: adding a file to cpu/ is all that a new kernel needs. */
export function kernelSources(): KernelSource[] {
  return sourcesOf(["include", "cpu"], /\.(h|cpp)$/);
}

/** Every CUDA unit and header, with the headers that they share with the CPU kernels. */
export function cudaSources(): KernelSource[] {
  return sourcesOf(["include", "cpu", "cuda"], /\.(h|cu)$/);
}

/** What makes processors do as a GPU would, for tests. */
export function emulationSources(): KernelSource[] {
  return sourcesOf(["cuda/emulate"], /\.(h|cpp)$/);
}

function sourcesOf(folders: readonly string[], names: RegExp): KernelSource[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((path) => names.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
