import { type HubOptions, hubSettings } from "@sinqbench/hub";
import type { Session } from "../session.ts";
import { createProgress, type ProgressBar } from "../terminal/progress.ts";
import { measure } from "../terminal/quantity.ts";

/** A smaller download is over before its announcement is read. */
const WORTH_SAYING_BYTES = 20e6;

/**
 * Runs a call to the hub with the command's environment, Ctrl-C, notes and a progress bar; the bar, and the word about what an
 * interruption keeps, are gone when it ends.
 */
export async function withHub<T>(
  session: Session,
  label: string,
  call: (options: HubOptions) => Promise<T>,
): Promise<T> {
  const { env, signal } = session.io;
  const { cacheDir } = await hubSettings(env);
  const { kept } = session;
  let bar: ProgressBar | undefined;
  let size: number | undefined;
  try {
    return await call({
      env,
      signal,
      onNote: (line) => {
        bar?.end();
        bar = undefined;
        session.note(line);
      },
      onProgress: ({ file, done, total }) => {
        if (total !== size) {
          bar?.end();
          bar = undefined;
          if (total >= WORTH_SAYING_BYTES)
            session.note(`${label}: downloading ${measure(total, "B")} into ${cacheDir}`);
          session.kept = `what was downloaded is kept in ${cacheDir}; the same command goes on from there`;
          size = total;
        }
        bar ??= createProgress(session.io, { label, total, rate: (perSecond) => measure(perSecond, "B/s") });
        bar.update(done, file);
      },
    });
  } finally {
    bar?.end();
    // Said at the end of the run, which an interruption of this call is.
    if (!signal.aborted) session.kept = kept;
  }
}
