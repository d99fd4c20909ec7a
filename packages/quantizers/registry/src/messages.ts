import { BenchError } from "@sinqbench/tensor";

/** `suggestion`: a known id that the asked one is probably a misspelling of. */
export function unknownMethod(asked: string, known: readonly string[], suggestion: string | undefined): BenchError {
  const hint = suggestion === undefined ? "" : ` Did you mean ${suggestion}?`;
  return new BenchError("unknown-method", `No method is called "${asked}".${hint} Methods: ${known.join(", ")}.`);
}

export function methodNotAvailable(asked: string, known: readonly string[]): BenchError {
  return new BenchError(
    "method-not-available",
    `${asked} has published numbers but is not implemented here yet; choose among ${known.join(", ")}.`,
  );
}
