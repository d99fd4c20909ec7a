import { BenchError } from "@sinqbench/tensor";

/** Every error message of this package. One line each: what is wrong, where, and what to do next. */

export function noResultsFolder(path: string, cause: unknown): BenchError {
  return new BenchError(
    "no-results-folder",
    `${path} cannot be read as a folder of results (${(cause as Error).message}); run an experiment first, for example exp table1, or give --results DIR.`,
    { cause },
  );
}

export function noResults(path: string): BenchError {
  return new BenchError(
    "no-results",
    `${path} holds no <experiment>/<model>.csv; run an experiment first, for example exp table1, or give --results DIR.`,
  );
}

export function emptyResults(path: string): BenchError {
  return new BenchError("empty-results", `${path} has a header and no rows; make the file again.`);
}
