import { wideCsv } from "../table-csv.ts";
import { distinct, tableLines } from "../table-lines.ts";
import { fixed } from "../tidy-table.ts";
import type { ChoiceExperiment } from "./choice-experiment.ts";
import type { ChoiceRow } from "./choice-row.ts";

/** One model's tasks in the paper's layout as CSV: a column for each task in the experiment's metric, and their average. */
export function choicesTableCsv(experiment: ChoiceExperiment, rows: readonly ChoiceRow[]): string {
  const { metric } = experiment;
  const tasks = distinct(rows.map((row) => row.task));
  const averaged = tasks.length > 1;
  const lines = tableLines(experiment, rows).map(({ bits, label, rows: own }) => {
    const values = tasks.map((task) => own.find((row) => row.task === task)?.[metric]);
    const known = values.filter((value) => value !== undefined);
    const average = known.length === tasks.length ? fixed(known.reduce((a, b) => a + b, 0) / known.length, 2) : "";
    const shown = values.map((value) => (value === undefined ? "" : fixed(value, 2)));
    return [String(bits), label, ...shown, ...(averaged ? [average] : [])];
  });
  return wideCsv([...tasks, ...(averaged ? ["average"] : [])], lines);
}
