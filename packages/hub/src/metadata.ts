import type { Hub } from "./hub.ts";
import { badAnswer, unreachable } from "./messages.ts";
import { PassingFailure } from "./passing-failure.ts";
import { exchange, type Subject } from "./request.ts";
import { isCommit, type Target } from "./target.ts";
import { withRetries } from "./with-retries.ts";

/** A file as the hub knows it. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  /** Name of its blob in the cache, which is its ETag too: sha256 of a large file, git's sha1 of a small one. */
  readonly blob: string;
}

/** The library's calls through {@link exchange}: token, retries and errors of this package. */
function hubCalls(hub: Hub, subject: Subject) {
  const { endpoint } = hub.settings;
  return {
    repo: { type: subject.type, name: subject.repo },
    hubUrl: endpoint,
    fetch: (input: Parameters<typeof fetch>[0], init: RequestInit = {}) =>
      withRetries(hub, () =>
        exchange(hub, subject, String(input), init, async (response) => {
          // Read here, so that a body that breaks off is tried again too.
          const body = await response.text().catch((cause: unknown) => {
            hub.signal?.throwIfAborted();
            throw new PassingFailure(unreachable(endpoint, cause));
          });
          if (!isJson(body)) throw badAnswer(response.url.split("?")[0], "the answer is not JSON");
          return new Response(body, { status: response.status, headers: response.headers });
        }),
      ),
  };
}

/** The commit that a branch or tag stands for; asks nothing when the revision is a commit. */
export async function resolveCommit(hub: Hub, target: Target): Promise<string> {
  if (isCommit(target.revision)) return target.revision;
  const { datasetInfo, modelInfo } = await import("@huggingface/hub");
  const { hubUrl, fetch } = hubCalls(hub, target);
  const params = { name: target.repo, revision: target.revision, additionalFields: ["sha" as const], hubUrl, fetch };
  const { sha } = target.type === "model" ? await modelInfo(params) : await datasetInfo(params);
  if (!isCommit(sha)) throw badAnswer(`${hubUrl}/api/${target.type}s/${target.repo}`, "the answer names no commit");
  return sha;
}

/** The files at the root of a repository, at a commit. */
export async function listRootFiles(hub: Hub, target: Target, commit: string): Promise<RemoteFile[]> {
  const { listFiles } = await import("@huggingface/hub");
  const files: RemoteFile[] = [];
  for await (const entry of listFiles({ ...hubCalls(hub, target), revision: commit })) {
    if (entry.type === "file") files.push(remoteFile(hub, target, entry));
  }
  return files;
}

/** One file of a repository at a commit, or undefined. */
export async function fileMetadata(
  hub: Hub,
  target: Target,
  commit: string,
  path: string,
): Promise<RemoteFile | undefined> {
  const { pathsInfo } = await import("@huggingface/hub");
  const calls = hubCalls(hub, { ...target, path });
  const [entry] = await pathsInfo({ ...calls, revision: commit, paths: [path] });
  return entry?.type === "file" && entry.path === path ? remoteFile(hub, target, entry) : undefined;
}

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly oid?: string | undefined;
  readonly lfs?: { readonly oid: string; readonly size: number } | undefined;
}

function remoteFile(hub: Hub, target: Target, { path, size, oid, lfs }: Entry): RemoteFile {
  const blob = lfs?.oid ?? oid ?? "";
  // It becomes the name of a file here.
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(blob)) {
    throw badAnswer(`${hub.settings.endpoint}/${target.repo}`, `${path} comes with no checksum`);
  }
  return { path, size: lfs?.size ?? size, blob };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
