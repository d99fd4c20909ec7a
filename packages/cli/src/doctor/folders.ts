import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { freeBytes } from "@sinqbench/hub";
import { measure } from "../terminal/quantity.ts";
import type { Finding } from "./finding.ts";

/** Hidden states of every variant live in files while a table is made; the paper's models need tens of GB. */
const COMFORTABLE_DISK = 10e9;

/** A folder's size; one that is not there yet is no fault. */
export async function folderFinding(subject: string, folder: string): Promise<Finding> {
  const size = await folderBytes(folder);
  return { subject, found: `${folder}, ${size === undefined ? "not made yet" : measure(size, "B")}` };
}

/** Free space of the disk that holds a folder, or its nearest parent that exists. */
export async function spaceFinding(subject: string, folder: string): Promise<Finding> {
  const free = await freeBytes(folder);
  if (free === undefined) return { subject, found: `${folder}, free space not known` };
  const low = free < COMFORTABLE_DISK;
  return {
    subject,
    found: `${folder}, ${measure(free, "B")} free`,
    ...(low && {
      advice:
        "free some disk space (or set SINQBENCH_CACHE to a folder on another disk) before evaluating a large checkpoint",
    }),
  };
}

/** Bytes of all files below a folder, links not followed; undefined when there is no such folder. */
export async function folderBytes(folder: string): Promise<number | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] | undefined => undefined);
  if (!entries) return undefined;
  let sum = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += (await folderBytes(path)) ?? 0;
    // A file may be renamed or removed by another run while it is counted.
    else if (entry.isFile())
      sum += await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return sum;
}
