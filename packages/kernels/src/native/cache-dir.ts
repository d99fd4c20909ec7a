import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of built kernels: $SINQBENCH_CACHE, else $XDG_CACHE_HOME/sinqbench, else ~/.cache/sinqbench. */
export function kernelCacheDir(env: NodeJS.ProcessEnv): string {
  const base = env.SINQBENCH_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sinqbench");
  return join(base, "kernels");
}
