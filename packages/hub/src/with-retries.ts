import type { Hub } from "./hub.ts";
import { waiting } from "./messages.ts";
import { PassingFailure } from "./passing-failure.ts";

/** Tries in a row without one byte of progress. With the waits below the last comes half a minute after the first. */
const TRIES = 6;
const FIRST_WAIT_MS = 1000;
/** The hub counts requests in windows of five minutes, so a server may ask for that long; longer is a matter for a person. */
const LONGEST_WAIT_MS = 10 * 60_000;
/** Shorter waits are not worth a line. */
const SAID_WAIT_MS = 5000;

/**
 * Repeats `attempt` while it throws {@link PassingFailure}, after 1, 2, 4, 8 and 16 seconds (up to a quarter more, so that parallel
 * downloads do not return together) or after what the server asked for. Progress, as `reached` tells it, starts the count anew.
 *
 * @throws BenchError what the last failure says is final; whatever else `attempt` throws, at once
 */
export async function withRetries<T>(hub: Hub, attempt: () => Promise<T>, reached = () => 0): Promise<T> {
  let failures = 0;
  let best = reached();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      hub.signal?.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      const now = reached();
      failures = now > best ? 1 : failures + 1;
      best = Math.max(best, now);
      const wait = error.waitMs ?? FIRST_WAIT_MS * 2 ** (failures - 1) * (1 + Math.random() / 4);
      if (failures === TRIES || wait > LONGEST_WAIT_MS) throw error.final;
      if (wait >= SAID_WAIT_MS) hub.onNote?.(waiting(wait / 1000, error.final));
      await hub.pace.wait(wait, hub.signal).catch(() => {});
      hub.signal?.throwIfAborted();
    }
  }
}
