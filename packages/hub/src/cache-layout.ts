import { randomBytes } from "node:crypto";
import { mkdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { sha256File, writeFileAtomic } from "@sinqbench/tensor";
import { isCommit, type Target } from "./target.ts";

/** A file whose blob does not tell its sha256 is read for it, up to this size; larger ones are large-file storage. */
const HASHED_BYTES = 64e6;

/** The folder of a repository in the cache; it has `blobs`, `refs` and `snapshots`. */
export function repoFolder(cacheDir: string, { type, repo }: Target): string {
  return join(cacheDir, [`${type}s`, ...repo.split("/")].join("--"));
}

/** A commit's files under their own names: links to blobs. */
export function snapshotFolder(cacheDir: string, target: Target, commit: string): string {
  return join(repoFolder(cacheDir, target), "snapshots", commit);
}

export function blobPath(cacheDir: string, target: Target, blob: string): string {
  return join(repoFolder(cacheDir, target), "blobs", blob);
}

/** The commit that a branch or tag had when it was last asked for. */
export async function cachedCommit(cacheDir: string, target: Target): Promise<string | undefined> {
  if (isCommit(target.revision)) return target.revision;
  const text = await readFile(join(repoFolder(cacheDir, target), "refs", target.revision), "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : undefined;
}

export async function keepCommit(cacheDir: string, target: Target, commit: string): Promise<void> {
  if ((await cachedCommit(cacheDir, target)) === commit) return;
  await writeFileAtomic(join(repoFolder(cacheDir, target), "refs", target.revision), commit);
}

/** Bytes of a file, whatever links lead there; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}

/** Makes `pointer` a relative link to `blob`, whatever it was before. */
export async function linkBlob(blob: string, pointer: string): Promise<void> {
  await mkdir(dirname(pointer), { recursive: true });
  const temporary = join(dirname(pointer), `.${basename(pointer)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await symlink(relative(dirname(pointer), blob), temporary);
    await rename(temporary, pointer);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/**
 * sha256 of a file of a snapshot: the name of the blob it links to where that is one, else that of its bytes. Undefined for a large
 * file that is no link (a cache made without links). Only one link is followed: a blob may be a link itself, to a store of another
 * naming.
 */
export async function snapshotSha256(pointer: string, size: number): Promise<string | undefined> {
  const name = basename(await readlink(pointer).catch(() => ""));
  if (/^[0-9a-f]{64}$/.test(name)) return name;
  return size <= HASHED_BYTES ? sha256File(pointer) : undefined;
}
