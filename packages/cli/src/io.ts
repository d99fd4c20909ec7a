/** The part of a stream that the commands use; `process.stdout` is one, a test's buffer another. */
export interface Output {
  /** Takes text; what it returns does not matter. */
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command may touch of the process it runs in, so that every command also runs inside a test. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths of the command line start from. */
  readonly cwd: string;
  /** Aborted by Ctrl-C; its reason is an `Interruption`. */
  readonly signal: AbortSignal;
}

/** Why a run was told to stop, and the exit code a shell expects for it (128 + signal number). */
export class Interruption extends Error {
  override readonly name = "Interruption";
  constructor(
    readonly signalName: "SIGINT" | "SIGTERM" | "SIGPIPE",
    readonly exitCode: number,
  ) {
    super(`interrupted by ${signalName}`);
  }
}
