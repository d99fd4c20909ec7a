import { BenchError } from "@sinqbench/tensor";

export function noTokenizer(modelDir: string): BenchError {
  return new BenchError(
    "no-tokenizer",
    `${modelDir} has no tokenizer.json; download it from the model's repository, or give token ids with --tokens.`,
  );
}

export function badTokenizer(path: string, cause: unknown): BenchError {
  return new BenchError(
    "bad-tokenizer",
    `${path} is not a tokenizer that can be used (${(cause as Error).message}); download it again, or give token ids with --tokens.`,
    { cause },
  );
}

export function badWindowLength(length: number): BenchError {
  return new BenchError(
    "bad-window",
    `a window of ${length} tokens has nothing to predict; give a whole number of at least 2.`,
  );
}

export function badWindowLimit(limit: number): BenchError {
  return new BenchError("bad-window-limit", `${limit} windows cannot be scored; give a whole number of at least 1.`);
}

export function textTooShort(name: string, tokens: number, length: number): BenchError {
  return new BenchError(
    "text-too-short",
    `${name} has ${tokens} tokens, fewer than one window of ${length}; take a longer text or a shorter window.`,
  );
}

export function unreadableText(path: string, cause: unknown): BenchError {
  return new BenchError(
    "unreadable-text",
    `${path} cannot be read (${(cause as Error).message}); check that it is a text file you may read.`,
    { cause },
  );
}

export function notUtf8(path: string): BenchError {
  return new BenchError("not-utf8", `${path} is not UTF-8 text; convert it to UTF-8.`);
}

export function badTokenRows(path: string, shape: readonly number[]): BenchError {
  return new BenchError(
    "bad-token-rows",
    `${path}: "input_ids" has shape [${shape.join(", ")}], expected [windows, length] with at least 1 window of 2 tokens; store one window a row.`,
  );
}

export function negativeToken(path: string, index: number, id: number): BenchError {
  return new BenchError(
    "negative-token",
    `${path}: element ${index} of "input_ids" is ${id}, and a token id is never negative; store windows without padding.`,
  );
}
