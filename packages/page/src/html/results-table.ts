import {
  type Experiment,
  fixed,
  publishedDifference,
  type ResultRow,
  settingsInWords,
  type TableLine,
  textNames,
} from "@sinqbench/report";
import type { PublishedBeside } from "../charts/experiment-charts.ts";
import type { PerplexityTable } from "../results/read-results.ts";
import { memoryInWords, signed } from "../words.ts";
import { type Cell, type Column, methodCell, type Row, type Table } from "./table.ts";

/** Every cell of a results file: one row each, numbers as in the CSV, what is lowest at its bits and text in bold. */
export function resultsTable(
  experiment: Experiment,
  { rows, model, path }: PerplexityTable,
  lines: readonly TableLine[],
  beside: PublishedBeside,
): Table {
  const text = textNames(rows);
  const published = rows.some((row) => beside(row, experiment));
  const columns: Column[] = [
    { title: "method" },
    { title: "bits", numeric: true },
    { title: "text" },
    { title: "perplexity", numeric: true },
    { title: "± std err", numeric: true },
    { title: "loss above BF16", numeric: true },
    { title: "± std err", numeric: true },
    { title: "bits per weight", numeric: true },
    { title: "memory GB", numeric: true },
    ...(published
      ? [
          { title: "paper", numeric: true },
          { title: "ours − paper", numeric: true },
        ]
      : []),
  ];
  const body = lines.flatMap((line) =>
    line.rows.map((row): Row => {
      const theirs = beside(row, experiment);
      // The text's protocol and hashes stand in the page's last table, and in the charts' tooltips.
      const settings = [settingsInWords(row), row.options, row.calibration && `calibrated on ${row.calibration}`];
      const title = settings.filter(Boolean).join("; ");
      return {
        method: row.method,
        cells: [
          methodCell(row.method, line.label),
          number(row.bits, String(row.bits)),
          { text: text(row), ...(title !== "" && { title }) },
          { ...number(row.perplexity, fixed(row.perplexity, 3)), best: isLowest(row, rows, text) },
          error(row.perplexity_se, 3),
          row.delta_nll === null || row.method === "bf16" ? empty : number(row.delta_nll, signed(row.delta_nll, 5)),
          row.method === "bf16" ? empty : error(row.delta_nll_se, 5),
          number(row.bits_per_weight, fixed(row.bits_per_weight, 3)),
          number(row.memory_gb, memoryInWords(row.memory_gb)),
          ...(published
            ? [
                theirs
                  ? { ...number(theirs.value, theirs.printed), title: `published.csv, line ${theirs.line}` }
                  : empty,
                theirs
                  ? number(row.perplexity - theirs.value, publishedDifference(row.perplexity, theirs).replace("-", "−"))
                  : empty,
              ]
            : []),
        ],
      };
    }),
  );
  return { caption: `Measured: ${model} (${path})`, columns, rows: body };
}

const empty: Cell = { text: "" };

function number(value: number, text: string): Cell {
  return { text, sort: value };
}

function error(value: number | null, decimals: number): Cell {
  return value === null ? empty : number(value, fixed(value, decimals));
}

/** Lowest among the methods at the same bits on the same text, where there are several. */
function isLowest(row: ResultRow, rows: readonly ResultRow[], text: (row: ResultRow) => string): boolean {
  const rivals = rows.filter(
    (other) => other.method !== "bf16" && other.bits === row.bits && text(other) === text(row),
  );
  return row.method !== "bf16" && rivals.length > 1 && rivals.every((other) => row.perplexity <= other.perplexity);
}
