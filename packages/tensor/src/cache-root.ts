import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Folder of everything that can be made again: $SINQBENCH_CACHE, else $XDG_CACHE_HOME/sinqbench, else ~/.cache/sinqbench. What
 * each package keeps there lies in a folder of its own.
 */
export function cacheRoot(env: Readonly<Record<string, string | undefined>>): string {
  return env.SINQBENCH_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sinqbench");
}
