import type { BenchError } from "@sinqbench/tensor";
import type { Hub } from "./hub.ts";
import {
  forbidden,
  gated,
  missingHubFile,
  missingRepo,
  missingRevision,
  serverFailed,
  tooManyRequests,
  wrongToken,
} from "./messages.ts";
import { PassingFailure } from "./passing-failure.ts";
import type { Subject } from "./request.ts";

/** Server side, and likely to be over soon. */
const PASSING = [408, 500, 502, 503, 504];

/**
 * What an answer of 400 or above means. The hub's X-Error-Code says more than its status: it answers 401 for what is missing,
 * private or gated alike (huggingface_hub 1.33, `hf_raise_for_status`).
 */
export async function refusal(
  { settings }: Hub,
  subject: Subject,
  response: Response,
  fromHub: boolean,
): Promise<BenchError | PassingFailure> {
  const { status, headers } = response;
  const { endpoint, token } = settings;
  const url = response.url.split("?")[0];
  // An unread body would keep the connection.
  await response.body?.cancel().catch(() => {});
  const reason = headers.get("X-Error-Message") ?? "";
  if (status === 429) {
    const wait = askedWait(headers);
    return new PassingFailure(tooManyRequests(url, wait === undefined ? undefined : wait / 1000), wait);
  }
  const code = headers.get("X-Error-Code");
  // A mirror may redirect to the hub itself.
  if (PASSING.includes(status) || (!fromHub && !code)) {
    return new PassingFailure(serverFailed(url, status, reason), askedWait(headers));
  }
  switch (code) {
    case "GatedRepo":
      return gated(endpoint, subject, token?.source);
    case "RevisionNotFound":
      return missingRevision(endpoint, subject);
    case "EntryNotFound":
      return missingHubFile(endpoint, subject, subject.path);
    case "RepoNotFound":
      return missingRepo(endpoint, subject, token?.source);
  }
  if (status === 401 && token && /invalid credentials|invalid username or password/i.test(reason)) {
    return wrongToken(endpoint, token.source);
  }
  if (status === 401 || status === 404) return missingRepo(endpoint, subject, token?.source);
  if (status === 403 || status === 451) return forbidden(subject, status, reason, token?.source);
  return serverFailed(url, status, reason);
}

/** Milliseconds that Retry-After (seconds or a date) or the hub's own `RateLimit: "api";r=0;t=55` asks for. */
function askedWait(headers: Headers): number | undefined {
  const after = headers.get("Retry-After");
  if (after !== null) {
    const wait = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
    return Number.isNaN(wait) ? undefined : Math.max(0, wait);
  }
  const reset = /\bt=(\d+)/.exec(headers.get("RateLimit") ?? "");
  return reset ? Number(reset[1]) * 1000 : undefined;
}
