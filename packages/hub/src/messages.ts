import { BenchError } from "@sinqbench/tensor";
import { shownRepo, type Target } from "./target.ts";

/** Every message of the package. One line each: what is wrong, where, and what to do next. */

const size = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Bytes as disks are sold: 3.4 GB. */
function bytes(count: number): string {
  return count < 1e6
    ? `${size.format(count / 1e3)} kB`
    : count < 1e9
      ? `${size.format(count / 1e6)} MB`
      : `${size.format(count / 1e9)} GB`;
}

function page(endpoint: string, target: Target): string {
  return `${endpoint}/${shownRepo(target)}`;
}

const getToken = (endpoint: string) => `set HF_TOKEN to a token from ${endpoint}/settings/tokens`;

export function gated(endpoint: string, target: Target, tokenSource: string | undefined): BenchError {
  const then = tokenSource
    ? `the account of the token in ${tokenSource} has no access yet`
    : `then ${getToken(endpoint)} (or run hf auth login)`;
  return new BenchError(
    "hub-gated",
    `${shownRepo(target)} is gated: accept its terms on ${page(endpoint, target)} while logged in; ${then}.`,
  );
}

export function wrongToken(endpoint: string, source: string): BenchError {
  return new BenchError(
    "hub-wrong-token",
    `${endpoint} does not accept the token in ${source}; get a valid one from ${endpoint}/settings/tokens, or remove it for public repositories.`,
  );
}

/** The hub does not tell a private repository from one that is not there. */
export function missingRepo(endpoint: string, target: Target, tokenSource: string | undefined): BenchError {
  const privately = tokenSource
    ? `a private one is not open to the token in ${tokenSource}`
    : `if it is private, ${getToken(endpoint)}`;
  return new BenchError(
    "hub-missing-repo",
    `${endpoint} has no ${target.type} repository ${target.repo}; check the spelling (${privately}).`,
  );
}

export function missingRevision(endpoint: string, target: Target): BenchError {
  return new BenchError(
    "hub-missing-revision",
    `${shownRepo(target)} has no revision "${target.revision}"; its branches, tags and commits are on ${page(endpoint, target)}/commits.`,
  );
}

export function missingHubFile(endpoint: string, target: Target, path: string | undefined): BenchError {
  return new BenchError(
    "hub-missing-file",
    `${shownRepo(target)} at ${target.revision} has no file ${path ?? "of that name"}; its files are on ${page(endpoint, target)}/tree/${target.revision}.`,
  );
}

export function forbidden(target: Target, status: number, reason: string, tokenSource: string | undefined): BenchError {
  const why = reason ? `: ${reason.replace(/\.$/, "")}` : "";
  const next = tokenSource
    ? `check the permissions of the token in ${tokenSource}`
    : "log in with hf auth login, or set HF_TOKEN";
  return new BenchError("hub-forbidden", `${shownRepo(target)} is not given out (status ${status}${why}); ${next}.`);
}

export function serverFailed(url: string, status: number, reason: string): BenchError {
  const why = reason ? `: ${reason.replace(/\.$/, "")}` : "";
  return new BenchError(
    "hub-failed",
    `${url} answers with status ${status}${why}; try again later: the same command goes on from what has been downloaded.`,
  );
}

export function tooManyRequests(url: string, seconds: number | undefined): BenchError {
  const wait = seconds === undefined ? "later" : `in ${Math.ceil(seconds / 60)} min`;
  return new BenchError(
    "hub-busy",
    `${url} answers with status 429, too many requests; run the same command ${wait}, or set HF_TOKEN for a higher limit.`,
  );
}

export function unreachable(endpoint: string, cause: unknown): BenchError {
  const proxy = ["HTTPS_PROXY", "https_proxy"].find((name) => process.env[name]);
  const hint = proxy
    ? ` (${proxy} is set, which Node heeds from version 24 on, with NODE_USE_ENV_PROXY=1)`
    : " (another address of the hub goes into HF_ENDPOINT)";
  return new BenchError(
    "hub-unreachable",
    `${endpoint} cannot be reached: ${reasonOf(cause)}; check the network${hint}, or download elsewhere and give the folder.`,
    { cause },
  );
}

/** fetch hides the reason in a chain of causes, and a host of several addresses in a list of them. */
function reasonOf(cause: unknown): string {
  let error = cause as Error & { code?: string; errors?: Error[] };
  while (error.cause instanceof Error) error = error.cause as typeof error;
  return error.message || error.errors?.[0]?.message || error.code || error.name;
}

export function connectionCut(path: string, done: number, total: number, cause?: unknown): BenchError {
  const why = cause === undefined ? "" : ` (${reasonOf(cause)})`;
  return new BenchError(
    "hub-connection-cut",
    `${path}: the connection broke off at ${bytes(done)} of ${bytes(total)}${why}, again and again; the same command goes on from there.`,
    { cause },
  );
}

export function silence(milliseconds: number): Error {
  return new Error(`nothing came for ${milliseconds / 1000} s`);
}

export function diskFull(folder: string, need: number, have: number | undefined): BenchError {
  const free = have === undefined ? "the disk is full" : `${bytes(have)} are free`;
  return new BenchError(
    "hub-disk-full",
    `${folder}: ${bytes(need)} are still to be downloaded and ${free}; free some space, or set HF_HOME to a folder on another disk.`,
  );
}

export function wrongChecksum(target: Target, path: string, expected: string, found: string): BenchError {
  return new BenchError(
    "hub-wrong-checksum",
    `${shownRepo(target)}, ${path}: what was downloaded, twice, has the checksum ${found.slice(0, 12)}... instead of ${expected.slice(0, 12)}...; something between here and the hub changes it, try another network or HF_ENDPOINT.`,
  );
}

/** The file is what the hub has, but not what the caller knows. */
export function changedFile(target: Target, path: string, expected: string, found: string | undefined): BenchError {
  return new BenchError(
    "hub-changed-file",
    `${shownRepo(target)} at ${target.revision}, ${path}: its sha256 is ${found ?? "not known"}, not ${expected}; name the revision that has it.`,
  );
}

export function offlineMissing(target: Target, folder: string, missing: string): BenchError {
  return new BenchError(
    "hub-offline",
    `${shownRepo(target)} at ${target.revision}: HF_HUB_OFFLINE is set and ${folder} has no ${missing}; run once without it, or set HF_HOME to the folder that holds the cache.`,
  );
}

export function noSafetensors(target: Target, found: readonly string[]): BenchError {
  const has = found.length > 0 ? `only ${found.join(", ")}` : "no weights at all";
  return new BenchError(
    "hub-no-safetensors",
    `${shownRepo(target)} at ${target.revision} has neither model.safetensors nor model.safetensors.index.json, ${has}; choose a repository or revision with safetensors, or convert it and give the folder.`,
  );
}

export function noConfig(target: Target): BenchError {
  return new BenchError(
    "hub-no-config",
    `${shownRepo(target)} at ${target.revision} has no config.json, so it is no checkpoint of a language model; check the name.`,
  );
}

export function badIndex(path: string, problem: string): BenchError {
  return new BenchError("damaged-index", `${path} is damaged: ${problem}; delete it and run the command again.`);
}

export function badAnswer(url: string, problem: string): BenchError {
  return new BenchError(
    "hub-bad-answer",
    `${url}: ${problem}; this is not how the hub answers, check HF_ENDPOINT and the proxy.`,
  );
}

export function badEndpoint(endpoint: string): BenchError {
  return new BenchError(
    "hub-bad-endpoint",
    `HF_ENDPOINT is "${endpoint}"; it must be an address such as https://huggingface.co.`,
  );
}

export function badPath(path: string): BenchError {
  return new BenchError(
    "hub-bad-path",
    `"${path}" is not the path of a file in a repository; give it as its page shows it.`,
  );
}

export function cannotWriteCache(path: string, cause: unknown): BenchError {
  return new BenchError(
    "hub-cannot-write",
    `${path} cannot be written (${(cause as Error).message}); check its permissions, or set HF_HOME to a folder of your own.`,
    { cause },
  );
}

/** Notes. */

export function waiting(seconds: number, failure: BenchError): string {
  return `waiting ${Math.ceil(seconds)} s before the next try: ${failure.message.split(";")[0]}`;
}

export function otherProcess(path: string): string {
  return `${path} is being downloaded by another process; waiting for it`;
}

export function usingCache(target: Target, commit: string, failure: BenchError): string {
  return `${failure.message.split(";")[0]}; using commit ${commit.slice(0, 12)} of ${shownRepo(target)} from the cache`;
}
