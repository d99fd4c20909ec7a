import { join } from "node:path";
import { blobPath, linkBlob, sizeOf, snapshotFolder } from "./cache-layout.ts";
import { downloadBlob } from "./download-blob.ts";
import { freeBytes } from "./free-space.ts";
import type { Hub } from "./hub.ts";
import { cannotWriteCache, diskFull } from "./messages.ts";
import type { RemoteFile } from "./metadata.ts";
import { partialBytes } from "./partial-file.ts";
import type { Target } from "./target.ts";

/** Connections at a time: one rarely fills a line, many are refused. */
const PARALLEL = 4;

/** Whether a file of a snapshot is there, at its size. */
export async function isCached(hub: Hub, target: Target, commit: string, file: RemoteFile): Promise<boolean> {
  return (await sizeOf(join(snapshotFolder(hub.settings.cacheDir, target, commit), file.path))) === file.size;
}

/** Bytes that {@link fetchFiles} would have to bring. */
export async function missingBytes(
  hub: Hub,
  target: Target,
  commit: string,
  files: readonly RemoteFile[],
): Promise<number> {
  let sum = 0;
  for (const file of await missingBlobs(hub, target, commit, files)) {
    const there = await partialBytes(blobPath(hub.settings.cacheDir, target, file.blob));
    sum += there > file.size ? file.size : file.size - there;
  }
  return sum;
}

/**
 * Brings files of a commit into its snapshot in the cache, several at a time; what is there is not asked for.
 *
 * @throws BenchError `hub-disk-full` before the first byte where the space is not enough, and those of {@link downloadBlob}
 */
export async function fetchFiles(
  hub: Hub,
  target: Target,
  commit: string,
  files: readonly RemoteFile[],
): Promise<void> {
  const { cacheDir } = hub.settings;
  const total = await missingBytes(hub, target, commit, files);
  if (total > 0) {
    const free = await freeBytes(cacheDir);
    if (free !== undefined && free < total) throw diskFull(cacheDir, total, free);
  }
  let done = 0;
  const blobs = await missingBlobs(hub, target, commit, files);
  await inParallel(hub, blobs, async (one, file) => {
    const blob = blobPath(cacheDir, target, file.blob);
    const onBytes = (bytes: number) => {
      done += bytes;
      one.onProgress?.({ file: file.path, done: Math.max(0, done), total });
    };
    await downloadBlob(one, { target, commit, file, blob, onBytes });
  });
  for (const file of files) {
    if (await isCached(hub, target, commit, file)) continue;
    const pointer = join(snapshotFolder(cacheDir, target, commit), file.path);
    await linkBlob(blobPath(cacheDir, target, file.blob), pointer).catch((cause) => {
      throw cannotWriteCache(pointer, cause);
    });
  }
}

/** Files of which the cache has no blob; two files of the same bytes are one. */
async function missingBlobs(
  hub: Hub,
  target: Target,
  commit: string,
  files: readonly RemoteFile[],
): Promise<RemoteFile[]> {
  const missing = new Map<string, RemoteFile>();
  for (const file of files) {
    if (await isCached(hub, target, commit, file)) continue;
    if ((await sizeOf(blobPath(hub.settings.cacheDir, target, file.blob))) === file.size) continue;
    missing.set(file.blob, file);
  }
  return [...missing.values()];
}

/** The first failure stops the others, and all have stopped when it is thrown. */
async function inParallel<T>(hub: Hub, items: readonly T[], work: (hub: Hub, item: T) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const signal = hub.signal ? AbortSignal.any([hub.signal, stop.signal]) : stop.signal;
  const one: Hub = { ...hub, signal };
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(one, item);
  };
  const lanes = Array.from({ length: PARALLEL }, () =>
    lane().catch((error) => {
      stop.abort(error);
    }),
  );
  await Promise.all(lanes);
  hub.signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
}
