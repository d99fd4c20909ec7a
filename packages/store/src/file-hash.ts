import type { BigIntStats } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256File, sha256Hex, writeFileAtomic } from "@sinqbench/tensor";
import { changedWhileHashed } from "./messages.ts";

/** A file changed less long ago than this may change again without its time of change showing it. */
const SETTLED_NS = 2_000_000_000n;

interface Remembered {
  readonly path: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly sha256: string;
}

/**
 * sha256 of a file's bytes without reading hundreds of gigabytes twice: the hub's cache names a large file by its sha256, and
 * any other is read once per (path, size, time of change, inode) and remembered below `root`.
 *
 * @param onRead called with the file's size before it is read
 * @throws BenchError `missing-file`, `unreadable-file`, `changed-file`
 */
export async function fileSha256(root: string, path: string, onRead?: (bytes: number) => void): Promise<string> {
  const real = await realpath(path).catch(() => path);
  const named = hubBlobSha256(real);
  if (named) return named;
  const before = await stat(real, { bigint: true }).catch(() => null);
  const record = join(root, "hashes", `${sha256Hex(real)}.json`);
  const known = await remembered(record);
  if (before && known && matches(known, real, before)) return known.sha256;
  if (before) onRead?.(Number(before.size));
  const sha256 = await sha256File(real);
  const after = await stat(real, { bigint: true });
  if (!before || identity(before) !== identity(after)) throw changedWhileHashed(path);
  if (BigInt(Date.now()) * 1_000_000n - after.mtimeNs > SETTLED_NS) {
    const { size, mtimeNs, ino } = after;
    const entry: Remembered = { path: real, size: `${size}`, mtimeNs: `${mtimeNs}`, inode: `${ino}`, sha256 };
    // A cache that cannot be written costs time, not the result.
    await writeFileAtomic(record, `${JSON.stringify(entry)}\n`).catch(() => {});
  }
  return sha256;
}

/** The hub's cache keeps a large file as blobs/SHA256 and links to it; small ones go by git's shorter hash. */
function hubBlobSha256(real: string): string | null {
  const name = basename(real);
  return basename(dirname(real)) === "blobs" && /^[0-9a-f]{64}$/.test(name) ? name : null;
}

async function remembered(record: string): Promise<Remembered | null> {
  try {
    return JSON.parse(await readFile(record, "utf8")) as Remembered;
  } catch {
    return null;
  }
}

function matches(known: Remembered, path: string, stats: BigIntStats): boolean {
  return (
    known.path === path &&
    `${known.size} ${known.mtimeNs} ${known.inode}` === identity(stats) &&
    /^[0-9a-f]{64}$/.test(known.sha256)
  );
}

function identity({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ino}`;
}
