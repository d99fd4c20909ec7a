import { BenchError } from "@sinqbench/tensor";

export function resultNotFinite(
  model: string,
  method: string,
  bits: number,
  dataset: string,
  column: string,
): BenchError {
  return new BenchError(
    "result-not-finite",
    `${model}, ${method} at ${bits} bits on ${dataset}: ${column} is not a finite number; leave this method or bit width out, or look at its losses with exp eval --nll.`,
  );
}

export function noRows(what: string): BenchError {
  return new BenchError(
    "no-result-rows",
    `${what}: there are no result rows to write; evaluate at least one method first.`,
  );
}

export function noLosses(path: string): BenchError {
  return new BenchError(
    "no-losses",
    `${path} has a header and no losses; take the one that training wrote at its end.`,
  );
}

export function mixedModels(wanted: string, found: string): BenchError {
  return new BenchError(
    "mixed-models",
    `results of ${wanted} hold a row of ${found}; write every model's rows to its own file.`,
  );
}

export function unreadableTable(path: string, cause: unknown): BenchError {
  return new BenchError("unreadable-results", `${path} cannot be read (${(cause as Error).message}); check the path.`, {
    cause,
  });
}

export function wrongColumns(path: string, expected: readonly string[], found: readonly string[]): BenchError {
  const missing = expected.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !expected.includes(name));
  const problem = [
    missing.length > 0 ? `lacks ${missing.join(", ")}` : "",
    extra.length > 0 ? `has ${extra.map((name) => JSON.stringify(name)).join(", ")} besides` : "",
  ].filter(Boolean);
  return new BenchError(
    "wrong-columns",
    `${path} is not a results file of this version: its header ${problem.join(" and ") || "has the columns in another order"}; make it again.`,
  );
}

/** `line` counts from 1, the header. */
export function damagedTable(path: string, line: number, problem: string): BenchError {
  return new BenchError("damaged-results", `${path}, line ${line}: ${problem}; make the file again.`);
}

export function chartWarning(message: string): BenchError {
  return new BenchError(
    "chart-warning",
    `the chart's specification is not sound: ${message}; correct the specification.`,
  );
}

export function missingFont(file: string, cause: unknown): BenchError {
  return new BenchError(
    "missing-font",
    `${file} of @expo-google-fonts/inter is missing, so charts cannot be drawn; run pnpm install again.`,
    { cause },
  );
}

export function imbalanceNotFinite(model: string, tensor: string, column: string): BenchError {
  return new BenchError(
    "imbalance-not-finite",
    `${model}: ${column} of ${tensor} is not a number; check the checkpoint for NaN or infinite weights.`,
  );
}

export function claimNotFinite(model: string, claim: string, bits: number, dataset: string): BenchError {
  return new BenchError(
    "claim-not-finite",
    `${model}: the difference that decides ${claim} at ${bits} bits on ${dataset} is not a number; evaluate it again.`,
  );
}

export function choiceNotFinite(model: string, method: string, bits: number, task: string, column: string): BenchError {
  return new BenchError(
    "choice-not-finite",
    `${model}, ${method} at ${bits} bits on ${task}: ${column} is not a finite number; leave this method or bit width out.`,
  );
}

export function layerNotFinite(model: string, layer: number, tensor: string, column: string): BenchError {
  return new BenchError(
    "layer-not-finite",
    `${model}: ${column} of ${tensor} in block ${layer} is not a number; check the checkpoint for NaN or infinite weights.`,
  );
}

export function objectiveNotFinite(model: string, method: string, bits: number, column: string): BenchError {
  return new BenchError(
    "objective-not-finite",
    `${model}, ${method} at ${bits} bits: ${column} is not a finite number; check the checkpoint for NaN or infinite weights.`,
  );
}

export function timeNotFinite(what: string, column: string): BenchError {
  return new BenchError("time-not-finite", `${what}: ${column} is not a finite number; time it again.`);
}
