import { BenchError } from "@sinqbench/tensor";

function meant(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : ` Did you mean ${suggestion}?`;
}

/** `suggestion`: a known id that the asked one is probably a misspelling of. */
export function unknownMethod(asked: string, known: readonly string[], suggestion: string | undefined): BenchError {
  return new BenchError(
    "unknown-method",
    `No method is called "${asked}".${meant(suggestion)} Methods: ${known.join(", ")}.`,
  );
}

export function methodNotAvailable(asked: string, known: readonly string[]): BenchError {
  return new BenchError(
    "method-not-available",
    `${asked} has published numbers but is not implemented here yet; choose among ${known.join(", ")}.`,
  );
}

/** A word after a method's name that it does not know. */
export function unknownWord(
  method: string,
  word: string,
  { presets, options }: { readonly presets: readonly string[]; readonly options: readonly string[] },
  suggestion: string | undefined,
): BenchError {
  const named = presets.length > 0 ? ` Presets: ${presets.join(", ")}.` : "";
  return new BenchError(
    "unknown-option",
    `${method} has no preset or option "${word}".${meant(suggestion)}${named} Options, as NAME=VALUE: ${options.join(", ")}.`,
  );
}

/** A setting of all methods with a value that it does not take; `expected` completes "must be". */
export function badSetting(method: string, name: string, value: string, expected: string): BenchError {
  return new BenchError("invalid-option", `${method}: ${name} is ${value} and must be ${expected}.`);
}
