import { join } from "node:path";
import { cachedCommit, keepCommit, repoFolder, sizeOf, snapshotFolder, snapshotSha256 } from "./cache-layout.ts";
import { fetchFiles } from "./fetch-files.ts";
import { type Hub, type HubOptions, openHub } from "./hub.ts";
import { badPath, changedFile, missingHubFile, offlineMissing, usingCache } from "./messages.ts";
import { fileMetadata, resolveCommit } from "./metadata.ts";
import { isOutage } from "./outage.ts";
import { DEFAULT_REVISION, type Target } from "./target.ts";

/** One file of a model or data set on the hub. */
export interface HubFileRequest {
  /** `org/name`. */
  readonly repo: string;
  readonly type: "model" | "dataset";
  /** Branch, tag or commit; `main` where it is left out. */
  readonly revision?: string | undefined;
  /** Within the repository, with slashes. */
  readonly path: string;
  /** What the file must have, 64 hexadecimal digits. */
  readonly sha256?: string | undefined;
}

/**
 * Path of one file of the hub in the standard cache, downloaded when it is not there. A commit's file that is in the cache is
 * used without asking the hub, and so is a branch's when the hub cannot be reached or HF_HUB_OFFLINE is set.
 *
 * @throws BenchError `hub-changed-file` when it is not the file that `sha256` names, `hub-missing-file`, `hub-bad-path`, and those of
 *   {@link openHubModel}
 */
export async function openHubFile(request: HubFileRequest, options: HubOptions = {}): Promise<string> {
  const { repo, type, revision = DEFAULT_REVISION, path, sha256 } = request;
  if (!isRepositoryPath(path)) throw badPath(path);
  const hub = await openHub(options);
  const target: Target = { type, repo, revision };
  const file = await locateFile(hub, target, path, sha256);
  if (sha256 !== undefined) {
    const found = await snapshotSha256(file, (await sizeOf(file))!);
    if (found !== sha256) throw changedFile(target, path, sha256, found);
  }
  return file;
}

async function locateFile(hub: Hub, target: Target, path: string, sha256: string | undefined): Promise<string> {
  const { cacheDir, offline } = hub.settings;
  const cached = await cachedFile(hub, target, path);
  if (offline) {
    if (!cached) throw offlineMissing(target, repoFolder(cacheDir, target), path);
    return cached.file;
  }
  try {
    const commit = await resolveCommit(hub, target);
    const file = join(snapshotFolder(cacheDir, target, commit), path);
    if (commit !== cached?.commit) {
      const remote = await fileMetadata(hub, target, commit, path);
      if (!remote) throw missingHubFile(hub.settings.endpoint, target, path);
      // Said before the bytes come.
      if (sha256 !== undefined && remote.blob.length === 64 && remote.blob !== sha256) {
        throw changedFile(target, path, sha256, remote.blob);
      }
      await fetchFiles(hub, target, commit, [remote]);
      await keepCommit(cacheDir, target, commit);
    }
    return file;
  } catch (error) {
    if (!cached || !isOutage(error)) throw error;
    hub.onNote?.(usingCache(target, cached.commit, error));
    return cached.file;
  }
}

async function cachedFile(
  { settings: { cacheDir } }: Hub,
  target: Target,
  path: string,
): Promise<{ commit: string; file: string } | undefined> {
  const commit = await cachedCommit(cacheDir, target);
  if (commit === undefined) return undefined;
  const file = join(snapshotFolder(cacheDir, target, commit), path);
  return (await sizeOf(file)) === undefined ? undefined : { commit, file };
}

/** It becomes a path here. */
function isRepositoryPath(path: string): boolean {
  return (
    path !== "" && !path.includes("\\") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
