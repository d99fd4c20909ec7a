import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type RunStatus, readRunStatus, STATUS_SUFFIX } from "@sinqbench/report";

/** What a folder of results looks like at one moment. */
export interface ResultsMoment {
  /** Changes when a CSV comes, goes or changes. */
  readonly fingerprint: string;
  readonly runs: readonly RunStatus[];
}

/**
 * Looks at a folder of results. Looking once a second is enough for a page and works on any disk, where notices of the
 * system do not (network folders, containers). What is not there, or goes while it is looked at, is left out.
 */
export async function lookAtResults(folder: string): Promise<ResultsMoment> {
  const parts: string[] = [];
  const runs: RunStatus[] = [];
  for (const experiment of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, experiment))) {
      const path = join(folder, experiment, name);
      if (name.endsWith(STATUS_SUFFIX)) {
        const run = await readRunStatus(path);
        if (run) runs.push(run);
      } else if (name.endsWith(".csv")) {
        const found = await stat(path).catch(() => undefined);
        if (found) parts.push(`${experiment}/${name} ${found.size} ${found.mtimeMs} ${found.ino}`);
      }
    }
  }
  return { fingerprint: parts.join("\n"), runs };
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort();
}
