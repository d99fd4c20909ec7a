import type { Io } from "../io.ts";
import { duration } from "./duration.ts";

const REDRAW_MS = 100;
/** Elsewhere than on a terminal a line is a line of a log: one soon, then one every half minute. */
const FIRST_LINE_MS = 5_000;
const NEXT_LINE_MS = 30_000;
const BAR_WIDTH = 24;

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** What is done in a second, as people read it. */
  readonly rate: (perSecond: number) => string;
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
}

export interface ProgressBar {
  update(done: number, note?: string): void;
  /** Removes the bar from a terminal. Calling it twice is harmless. */
  end(): void;
}

/** A bar with rate and time left on a terminal; plain lines at intervals elsewhere, for example in CI. */
export function createProgress(io: Pick<Io, "stderr" | "env">, options: ProgressOptions): ProgressBar {
  const { stderr, env } = io;
  const { label, total } = options;
  const now = options.now ?? (() => performance.now());
  const interactive = stderr.isTTY === true && !env.CI && env.TERM !== "dumb";
  const colour = interactive && !env.NO_COLOR;
  const start = now();
  let next = start + (interactive ? 0 : FIRST_LINE_MS);
  let drawn = false;

  const figures = (done: number): string => {
    const seconds = (now() - start) / 1000;
    if (done <= 0 || seconds <= 0) return percent(done, total);
    const rate = done / seconds;
    const left = done < total ? `, ${duration((total - done) / rate)} left` : "";
    return `${percent(done, total)}, ${options.rate(rate)}${left}`;
  };

  return {
    update(done, note) {
      const time = now();
      if (time < next) return;
      next = time + (interactive ? REDRAW_MS : NEXT_LINE_MS);
      const tail = note ? `  ${note}` : "";
      if (!interactive) {
        stderr.write(`${label}: ${figures(done)}${tail}\n`);
        return;
      }
      const full = Math.round(BAR_WIDTH * Math.min(1, total > 0 ? done / total : 1));
      const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      const text = ` ${figures(done)}${tail}`;
      // A line that wraps cannot be redrawn in place.
      const room = Math.max(0, (stderr.columns ?? 80) - label.length - BAR_WIDTH - 2);
      const shownBar = colour ? `\u001b[36m${bar}\u001b[0m` : bar;
      stderr.write(`\r\u001b[2K${label} ${shownBar}${text.slice(0, room)}`);
      drawn = true;
    },
    end() {
      if (drawn) stderr.write("\r\u001b[2K");
      drawn = false;
      next = Number.POSITIVE_INFINITY;
    },
  };
}

function percent(done: number, total: number): string {
  return `${Math.floor(100 * Math.min(1, total > 0 ? done / total : 1))} %`;
}
