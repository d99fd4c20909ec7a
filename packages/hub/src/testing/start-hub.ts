import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, Fault } from "./faults.ts";
import {
  commitOf,
  entryOf,
  MEMBER,
  STRANGER,
  type StandInRepo,
  type StoredFile,
  storedFiles,
} from "./stand-in-repo.ts";

export interface SeenRequest {
  /** `GET /path`, without the query. */
  readonly line: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
}

export interface StandInHub {
  /** For HF_ENDPOINT. */
  readonly url: string;
  /** Every request so far, those to the content servers' host included. */
  readonly requests: readonly SeenRequest[];
  /** Looked at in order; may be added to at any time. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** Entries of one page of a listing: few, so that every listing has several. */
const PAGE = 3;
const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };

/**
 * A hub on loopback, as far as downloads go: the model, dataset, tree and paths-info calls, small files from the hub itself, large
 * ones by redirect from a second server (another origin, like the hub's content servers), ranges, ETags, pages, errors with the
 * hub's headers. Repositories go by `models/org/name` or `datasets/org/name`.
 */
export async function startHub(repos: Readonly<Record<string, StandInRepo>>): Promise<StandInHub> {
  const requests: SeenRequest[] = [];
  const faults: Fault[] = [];
  const serve = (respond: (request: IncomingMessage, url: URL, body: string) => Answer) =>
    listen((request, response, body) => {
      const url = new URL(request.url!, `http://${request.headers.host}`);
      const line = `${request.method} ${url.pathname}`;
      const { range, authorization } = request.headers;
      requests.push({ line, range, token: authorization?.replace(/^Bearer /, "") });
      const answer = respond(request, url, body);
      const fault = faults.find(({ match, times = Number.POSITIVE_INFINITY }) => match.test(line) && times > 0);
      if (fault?.times !== undefined) fault.times--;
      if (fault) fault.reply(request, response, answer);
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  const content = await serve((request, url) => {
    const file = Object.values(repos)
      .flatMap(storedFiles)
      .find(({ sha256 }) => url.pathname === `/content/${sha256}`);
    return file ? part(request, file.body, { ETag: `"${file.sha256}"` }) : failure(403, "");
  });
  const hub = await serve((request, url, body) => hubAnswer(repos, content.url, request, url, body));
  return {
    url: hub.url,
    requests,
    faults,
    close: async () => {
      await Promise.all([hub.close(), content.close()]);
    },
  };
}

/** `/api/models/org/name/ACTION/REVISION` and `/[datasets/]org/name/resolve/REVISION/PATH`. */
const API = /^\/api\/(models|datasets)\/([^/]+\/[^/]+)\/(revision|tree|paths-info)\/([^/]+)$/;
const RESOLVE = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/;

function hubAnswer(
  repos: Readonly<Record<string, StandInRepo>>,
  contentUrl: string,
  request: IncomingMessage,
  url: URL,
  body: string,
): Answer {
  const token = request.headers.authorization?.replace(/^Bearer /, "");
  if (token !== undefined && token !== MEMBER && token !== STRANGER) {
    return failure(401, "", "Invalid credentials in Authorization header");
  }
  const api = API.exec(url.pathname);
  const resolve = RESOLVE.exec(url.pathname);
  const name = api ? `${api[1]}/${api[2]}` : resolve ? `${resolve[1] ?? "models/"}${resolve[2]}` : "";
  const repo = repos[name];
  if (!repo || (repo.private && token !== MEMBER)) {
    return failure(token ? 404 : 401, "RepoNotFound", token ? "Repository not found" : "Invalid username or password.");
  }
  const revision = decodeURIComponent(api ? api[4] : resolve![3]);
  const commit = commitOf(repo, revision);
  if (!commit) return failure(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
  const files = storedFiles(repo);
  if (api) {
    if (api[3] === "revision") return json({ _id: "0", id: api[2], sha: commit, private: !!repo.private });
    if (api[3] === "tree") return treePage(files, url);
    const { paths } = JSON.parse(body) as { paths: string[] };
    return json(files.filter(({ path }) => paths.includes(path)).map(entryOf));
  }
  if (repo.gated && token !== MEMBER) return failure(token ? 403 : 401, "GatedRepo", "Access is restricted.");
  const file = files.find(({ path }) => path === decodeURIComponent(resolve![4]));
  if (!file) return failure(404, "EntryNotFound", "Entry not found");
  const headers = { "X-Repo-Commit": commit };
  if (!file.large) return part(request, file.body, { ...headers, ETag: `"${file.oid}"` });
  const linked = { "X-Linked-Size": String(file.body.length), "X-Linked-ETag": `"${file.sha256}"` };
  return {
    status: 302,
    headers: { ...headers, ...linked, Location: `${contentUrl}/content/${file.sha256}?signature=1` },
    body: Buffer.alloc(0),
  };
}

function treePage(files: readonly StoredFile[], url: URL): Answer {
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const root = files.filter(({ path }) => !path.includes("/"));
  const folders = new Set(files.filter((file) => !root.includes(file)).map(({ path }) => path.split("/")[0]));
  const entries = [
    ...[...folders].map((path) => ({ type: "directory", path, size: 0, oid: "2".repeat(40) })),
    ...root.map(entryOf),
  ];
  const next = new URL(url);
  next.searchParams.set("cursor", String(start + PAGE));
  const more: Record<string, string> = start + PAGE < entries.length ? { Link: `<${next.href}>; rel="next"` } : {};
  return json(entries.slice(start, start + PAGE), more);
}

/** The whole body, or the part from where a Range header says. */
function part(request: IncomingMessage, body: Buffer, headers: Record<string, string>): Answer {
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  if (from === undefined) return { status: 200, headers: { ...headers, "Content-Length": String(body.length) }, body };
  if (Number(from) >= body.length) {
    return { status: 416, headers: { "Content-Range": `bytes */${body.length}` }, body: Buffer.alloc(0) };
  }
  const rest = body.subarray(Number(from));
  const range = {
    "Content-Range": `bytes ${from}-${body.length - 1}/${body.length}`,
    "Content-Length": String(rest.length),
  };
  return { status: 206, headers: { ...headers, ...range }, body: rest };
}

function json(value: unknown, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers: { ...JSON_TYPE, ...headers }, body: Buffer.from(JSON.stringify(value)) };
}

function failure(status: number, code: string, message = ""): Answer {
  const headers = {
    ...JSON_TYPE,
    ...(code && { "X-Error-Code": code }),
    ...(message && { "X-Error-Message": message }),
  };
  return { status, headers, body: Buffer.from(JSON.stringify({ error: message })) };
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function listen(handle: Handler): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => handle(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
