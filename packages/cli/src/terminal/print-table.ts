import { type Experiment, type PublishedRow, type ResultRow, terminalTable } from "@sinqbench/report";
import type { Session } from "../session.ts";

/** Prints results in the paper's layout. Standard errors are left out where a text was one window and has none. */
export function printTable(
  { io: { stdout, env } }: Session,
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[],
): void {
  const text = terminalTable(experiment, rows, published, {
    standardError: rows.every((row) => row.perplexity_se !== null),
    color: stdout.isTTY === true && !env.NO_COLOR,
    ...(stdout.columns !== undefined && { width: stdout.columns }),
  });
  stdout.write(text);
}
