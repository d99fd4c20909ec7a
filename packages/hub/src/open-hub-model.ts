import { join } from "node:path";
import { sizeOf, snapshotSha256 } from "./cache-layout.ts";
import { fetchFiles, missingBytes } from "./fetch-files.ts";
import { type HubOptions, openHub } from "./hub.ts";
import { type LocatedModel, locateModel } from "./locate-model.ts";
import { DEFAULT_REVISION, type Target } from "./target.ts";

/** A checkpoint on the hub. */
export interface HubModelRequest {
  /** `org/name`. */
  readonly repo: string;
  /** Branch, tag or commit; `main` where it is left out. */
  readonly revision?: string | undefined;
}

/** A file of a checkpoint. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** The hub's own, where it keeps one (every weight file), else that of the bytes; undefined while it is not known. */
  readonly sha256?: string;
  /** Whether it is on the disk, whole. */
  readonly cached: boolean;
}

/** A checkpoint of the hub at a commit, as a folder. */
export interface HubModel {
  /** The snapshot: a checkpoint folder whose files are links into the cache. */
  readonly dir: string;
  readonly repo: string;
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** A checkpoint of which the weights may still be missing. */
export interface HubModelInspection extends HubModel {
  /** What {@link openHubModel} would bring over the network now. */
  readonly downloadBytes: number;
}

/**
 * A checkpoint of the hub as a folder of the standard cache (`models--org--name/{blobs,refs,snapshots}`), which other tools share:
 * config.json, generation_config.json, tokenizer files, and the weights as safetensors, each whole and checked. The branch is
 * resolved to a commit first and all is read at that commit. A complete snapshot of a commit is used without asking the hub;
 * so is the last one of a branch when the hub cannot be reached or HF_HUB_OFFLINE is set.
 *
 * @throws BenchError `hub-missing-repo`, `hub-missing-revision`, `hub-gated`, `hub-wrong-token`, `hub-forbidden`, `hub-unreachable`,
 *   `hub-busy`, `hub-failed`, `hub-offline`, `hub-no-config`, `hub-no-safetensors`, `hub-disk-full`, `hub-wrong-checksum`,
 *   `hub-connection-cut`, `hub-cannot-write`, `hub-bad-answer`; the signal's reason when that ends it
 */
export async function openHubModel(request: HubModelRequest, options: HubOptions = {}): Promise<HubModel> {
  const hub = await openHub(options);
  const target = targetOf(request);
  const located = await locateModel(hub, target);
  if (located.remote) await fetchFiles(hub, target, located.commit, located.remote);
  return describe(target, located);
}

/** The same model before its weights come: small files are fetched, for the rest it says what would be. */
export async function inspectHubModel(request: HubModelRequest, options: HubOptions = {}): Promise<HubModelInspection> {
  const hub = await openHub(options);
  const target = targetOf(request);
  const located = await locateModel(hub, target);
  const downloadBytes = located.remote ? await missingBytes(hub, target, located.commit, located.remote) : 0;
  return { ...(await describe(target, located)), downloadBytes };
}

function targetOf({ repo, revision = DEFAULT_REVISION }: HubModelRequest): Target {
  return { type: "model", repo, revision };
}

async function describe({ repo, revision }: Target, { dir, commit, files, remote }: LocatedModel): Promise<HubModel> {
  const described: HubFile[] = [];
  for (const { path, size } of files) {
    const cached = (await sizeOf(join(dir, path))) === size;
    const blob = remote?.find((file) => file.path === path)?.blob ?? "";
    const sha256 = blob.length === 64 ? blob : cached ? await snapshotSha256(join(dir, path), size) : undefined;
    described.push({ path, size, cached, ...(sha256 !== undefined && { sha256 }) });
  }
  // The hub and a folder list them in different orders.
  described.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { dir, repo, revision, commit, files: described };
}
