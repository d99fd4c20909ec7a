import type { WindowOptions } from "./evaluation-input.ts";
import { badWindowLength, badWindowLimit, textTooShort } from "./messages.ts";

export interface CutWindows {
  /** Tokens in a window. */
  readonly length: number;
  readonly count: number;
  /** [count, length] */
  readonly ids: Int32Array;
  /** Tokens in no window: the incomplete tail, and whatever a limit leaves out. */
  readonly dropped: number;
}

/**
 * Cuts ids into windows one after the other, without overlap; an incomplete window at the end is dropped. This is the
 * rule of the GPTQ evaluation scripts that the paper's perplexities follow.
 *
 * @param name of the text, for errors
 * @throws BenchError `bad-window`, `bad-window-limit`, `text-too-short` (fewer tokens than one window)
 */
export function cutWindows(
  ids: Int32Array,
  { length, limit, keep = "start" }: WindowOptions,
  name = "the text",
): CutWindows {
  if (!Number.isSafeInteger(length) || length < 2) throw badWindowLength(length);
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) throw badWindowLimit(limit);
  const whole = Math.floor(ids.length / length);
  if (whole === 0) throw textTooShort(name, ids.length, length);
  const count = Math.min(whole, limit ?? whole);
  const first = keep === "start" ? 0 : whole - count;
  const kept = ids.slice(first * length, (first + count) * length);
  return { length, count, ids: kept, dropped: ids.length - kept.length };
}
