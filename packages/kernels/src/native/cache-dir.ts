import { join } from "node:path";
import { cacheRoot } from "@sinqbench/tensor";

/** Folder of built kernels, below the cache's root. */
export function kernelCacheDir(env: NodeJS.ProcessEnv): string {
  return join(cacheRoot(env), "kernels");
}
