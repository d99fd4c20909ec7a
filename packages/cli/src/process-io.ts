import { Interruption, type Io } from "./io.ts";

/** A package manager passes on the Ctrl-C that the terminal has sent us already: one keystroke, two signals. */
const SAME_KEYSTROKE_MS = 1000;

/**
 * The real process as an `Io`. The first Ctrl-C asks the command to stop and tidy up; a later one ends the process at once.
 * A reader that went away (`exp list | head -1`) ends the run quietly.
 */
export function processIo(): Io {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = (name: "SIGINT" | "SIGTERM", code: number) => {
    process.on(name, () => {
      first ??= performance.now();
      if (performance.now() - first > SAME_KEYSTROKE_MS) process.exit(code);
      controller.abort(new Interruption(name, code));
    });
  };
  interrupt("SIGINT", 130);
  interrupt("SIGTERM", 143);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      controller.abort(new Interruption("SIGPIPE", 141));
    });
  }
  const { env } = process;
  // A package script runs in the root of the repository; paths are meant from where the user typed them.
  const cwd = env.npm_lifecycle_event === "exp" && env.INIT_CWD ? env.INIT_CWD : process.cwd();
  return { stdout: process.stdout, stderr: process.stderr, env, cwd, signal: controller.signal };
}
