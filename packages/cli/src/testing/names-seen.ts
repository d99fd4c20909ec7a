import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";

/** Names of files that appear in a folder while something runs, those that are gone afterwards too. */
export async function namesSeen(dir: string, run: () => Promise<unknown>): Promise<Set<string | null>> {
  await mkdir(dir, { recursive: true });
  const seen = new Set<string | null>();
  const watcher = watch(dir, (_, name) => seen.add(name));
  try {
    await run();
  } finally {
    watcher.close();
  }
  return seen;
}
