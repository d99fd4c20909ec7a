import type { Hub } from "./hub.ts";
import { silence, unreachable } from "./messages.ts";
import { PassingFailure } from "./passing-failure.ts";
import { refusal } from "./refusal.ts";
import type { Target } from "./target.ts";

/** What a busy server does as well as a dead one. Any other failure before the first answer means that there is no way there. */
const WORTH_A_RETRY = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** What one request is about, for the message of its failure. */
export interface Subject extends Target {
  readonly path?: string;
}

/**
 * One HTTP exchange, with the token for the endpoint alone (fetch drops it where a redirect leads to another host). `read` takes the
 * body of an answer below 400; the connection may fall silent for so long as the hub's pace allows.
 *
 * @throws PassingFailure what may be gone on the next try; BenchError what will not
 */
export async function exchange<T>(
  hub: Hub,
  subject: Subject,
  url: string,
  init: RequestInit,
  read: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const { settings, signal, pace } = hub;
  const headers = new Headers(init.headers);
  // A compressed body has another length, and no part of it can be asked for.
  headers.set("Accept-Encoding", "identity");
  headers.set("User-Agent", "sinqbench");
  if (settings.token && isOfEndpoint(settings.endpoint, url)) {
    headers.set("Authorization", `Bearer ${settings.token.value}`);
  }
  const watch = new AbortController();
  const timer = setTimeout(() => watch.abort(silence(pace.silenceMs)), pace.silenceMs);
  try {
    let response: Response;
    try {
      response = await fetch(url, {
        ...init,
        headers,
        signal: signal ? AbortSignal.any([signal, watch.signal]) : watch.signal,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const failure = unreachable(settings.endpoint, cause);
      throw hub.answered || WORTH_A_RETRY.includes(codeOf(cause)) ? new PassingFailure(failure) : failure;
    }
    hub.answered = true;
    // What a redirect led to is not the hub: its refusals (a link that expired) are settled by asking the hub again.
    if (!response.ok) throw await refusal(hub, subject, response, isOfEndpoint(settings.endpoint, response.url));
    return await read(response, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

function isOfEndpoint(endpoint: string, url: string): boolean {
  return new URL(url).origin === new URL(endpoint).origin;
}

function codeOf(cause: unknown): string {
  let error = cause as NodeJS.ErrnoException;
  while (error.cause instanceof Error) error = error.cause as NodeJS.ErrnoException;
  return error.code ?? "";
}
