/**
 * An error that a person can act on: one line that names the file or layer, what is wrong and what to do next.
 *
 * `code` is stable (tests and scripts may match it); the command line prints `message` without a stack and exits 1.
 */
export class BenchError extends Error {
  override readonly name = "BenchError";
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
