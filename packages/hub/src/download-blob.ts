import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { BenchError } from "@sinqbench/tensor";
import { sizeOf } from "./cache-layout.ts";
import { freeBytes } from "./free-space.ts";
import type { Hub } from "./hub.ts";
import { cannotWriteCache, diskFull, otherProcess } from "./messages.ts";
import type { RemoteFile } from "./metadata.ts";
import { PartialDownload } from "./partial-download.ts";
import { claimPartial, releasePartial } from "./partial-file.ts";
import type { Target } from "./target.ts";

export interface BlobDownload {
  readonly target: Target;
  readonly commit: string;
  readonly file: RemoteFile;
  /** Where it goes in the cache. */
  readonly blob: string;
  /** Called with the bytes that came; less than zero where what had come is thrown away. */
  readonly onBytes: (bytes: number) => void;
}

/** How often to look whether another process is done. */
const POLL_MS = 1000;

/** Downloads of this process, by blob: two calls for one file are one download. */
const underWay = new Map<string, Promise<boolean>>();

/**
 * Brings one file into the cache, from where an earlier download of it stopped, and gives it its name once its checksum is right.
 * Whatever ends the call leaves the partial file to the next.
 *
 * @throws BenchError `hub-wrong-checksum`, `hub-connection-cut`, `hub-disk-full`, `hub-cannot-write` and those of a request
 */
export async function downloadBlob(hub: Hub, download: BlobDownload): Promise<void> {
  const { blob, file } = download;
  for (let round = 0; ; round++) {
    hub.signal?.throwIfAborted();
    const other = underWay.get(blob);
    if (other) {
      // Its own caller hears of its failure; this one then tries for itself.
      await other.catch(() => {});
      continue;
    }
    const job = claimAndFetch(hub, download).finally(() => underWay.delete(blob));
    underWay.set(blob, job);
    if (await job) return;
    if (round === 0) hub.onNote?.(otherProcess(file.path));
    await hub.pace.wait(POLL_MS, hub.signal).catch(() => {});
  }
}

/** Returns whether the blob is there; not, when another process has it in hand. */
async function claimAndFetch(hub: Hub, download: BlobDownload): Promise<boolean> {
  const { blob, file } = download;
  if ((await sizeOf(blob)) === file.size) return true;
  try {
    await mkdir(dirname(blob), { recursive: true });
    const claim = await claimPartial(blob);
    if ("busy" in claim) return false;
    try {
      await new PartialDownload(hub, download, claim.path).run();
    } catch (error) {
      await releasePartial(blob);
      throw error;
    }
    return true;
  } catch (cause) {
    throw await diskError(dirname(blob), file.size, cause);
  }
}

/** What the file system refused, in words; any other error as it is. */
async function diskError(folder: string, need: number, cause: unknown): Promise<unknown> {
  if (cause instanceof BenchError || !(cause instanceof Error) || !("syscall" in cause)) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(folder, need, await freeBytes(folder));
  return cannotWriteCache(folder, cause);
}
