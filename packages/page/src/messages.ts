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

export function chartWarning(chart: string, message: string): BenchError {
  return new BenchError("chart-warning", `chart ${chart} is not sound: ${message}; correct its specification.`);
}

export function missingAsset(file: string, cause: unknown): BenchError {
  return new BenchError("missing-asset", `${file} is missing, so the page cannot be made; run pnpm install again.`, {
    cause,
  });
}

export function unreadableResults(path: string, cause: unknown): BenchError {
  return new BenchError("unreadable-results", `${path} cannot be read (${(cause as Error).message}); check the file.`, {
    cause,
  });
}

/** `line` counts from 1, the header. */
export function damagedPlain(path: string, line: number, found: number, wanted: number): BenchError {
  return new BenchError(
    "damaged-results",
    `${path}, line ${line}: ${found} fields where the header has ${wanted}; make the file again.`,
  );
}

export function portInUse(port: number, cause: unknown): BenchError {
  return new BenchError(
    "port-in-use",
    `port ${port} of this machine cannot be had (${(cause as Error).message}); give another --port, or 0 for any free one.`,
    { cause },
  );
}

/** Writers end every line, the last one too. */
export function cutOff(path: string): BenchError {
  return new BenchError("damaged-results", `${path} ends within a line; it was cut off, make the file again.`);
}
