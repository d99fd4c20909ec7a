import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cachedCommit, keepCommit, repoFolder, sizeOf, snapshotFolder } from "./cache-layout.ts";
import { CONFIG, INDEX, isSmallFile, otherWeights, SINGLE, TOKENIZER } from "./choose-files.ts";
import { fetchFiles } from "./fetch-files.ts";
import type { Hub } from "./hub.ts";
import { missingHubFile, noConfig, noSafetensors, offlineMissing, usingCache } from "./messages.ts";
import { listRootFiles, type RemoteFile, resolveCommit } from "./metadata.ts";
import { isOutage } from "./outage.ts";
import { isCommit, type Target } from "./target.ts";
import { weightFiles } from "./weight-files.ts";

/** A checkpoint at a commit: its small files are in `dir`, its weights may be. */
export interface LocatedModel {
  readonly commit: string;
  readonly dir: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** The same files as the hub knows them, where it was asked. */
  readonly remote?: readonly RemoteFile[];
}

/** Finds a checkpoint in the cache where that is enough, else on the hub; brings its small files. */
export async function locateModel(hub: Hub, target: Target): Promise<LocatedModel> {
  if (hub.settings.offline) return requireCached(hub, target);
  if (isCommit(target.revision)) {
    const cached = await cachedModel(hub, target);
    // Weights may have come without a tokenizer through another tool.
    if (typeof cached === "object" && cached.files.some(({ path }) => path === TOKENIZER)) return cached;
  }
  try {
    return await remoteModel(hub, target);
  } catch (error) {
    if (!isOutage(error)) throw error;
    const cached = await cachedModel(hub, target);
    if (typeof cached === "string") throw error;
    hub.onNote?.(usingCache(target, cached.commit, error));
    return cached;
  }
}

async function remoteModel(hub: Hub, target: Target): Promise<LocatedModel> {
  const commit = await resolveCommit(hub, target);
  const listing = await listRootFiles(hub, target, commit);
  const paths = listing.map(({ path }) => path);
  // Judged before anything comes: a wrong name should cost nothing.
  if (!paths.includes(CONFIG)) throw noConfig(target);
  if (!paths.includes(SINGLE) && !paths.includes(INDEX)) throw noSafetensors(target, otherWeights(paths));
  const small = listing.filter(({ path }) => isSmallFile(path));
  await fetchFiles(hub, target, commit, small);
  await keepCommit(hub.settings.cacheDir, target, commit);
  const dir = snapshotFolder(hub.settings.cacheDir, target, commit);
  const weights = (await weightFiles(dir, paths))!.map((path) => {
    const found = listing.find((file) => file.path === path);
    if (!found) throw missingHubFile(hub.settings.endpoint, target, path);
    return found;
  });
  const remote = [...small, ...weights];
  return { commit, dir, files: remote, remote };
}

async function requireCached(hub: Hub, target: Target): Promise<LocatedModel> {
  const cached = await cachedModel(hub, target);
  if (typeof cached === "object") return cached;
  throw offlineMissing(target, repoFolder(hub.settings.cacheDir, target), cached);
}

/** The checkpoint as the cache has it, or the name of the first thing that it lacks. */
async function cachedModel({ settings: { cacheDir } }: Hub, target: Target): Promise<LocatedModel | string> {
  const commit = await cachedCommit(cacheDir, target);
  if (commit === undefined) return `copy of ${target.revision}`;
  const dir = snapshotFolder(cacheDir, target, commit);
  const paths = await readdir(dir).catch((): string[] => []);
  if (!paths.includes(CONFIG)) return CONFIG;
  const weights = await weightFiles(dir, paths);
  if (!weights) return SINGLE;
  const files: { path: string; size: number }[] = [];
  for (const path of [...paths.filter(isSmallFile), ...weights]) {
    // A link may have lost its blob.
    const size = await sizeOf(join(dir, path));
    if (size === undefined) return path;
    files.push({ path, size });
  }
  return { commit, dir, files };
}
