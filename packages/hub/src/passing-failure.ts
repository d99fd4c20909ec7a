import type { BenchError } from "@sinqbench/tensor";

/** A failure that may be gone on the next try; `final` is what to say when it was not. */
export class PassingFailure extends Error {
  override readonly name = "PassingFailure";
  constructor(
    readonly final: BenchError,
    /** What the server asked for. */
    readonly waitMs?: number,
  ) {
    super(final.message, { cause: final });
  }
}
