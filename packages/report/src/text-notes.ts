import type { ColumnGroup } from "./table-columns.ts";
import { distinct, textNames } from "./table-lines.ts";
import type { PublishedRow, ResultRow } from "./types.ts";

/** How a text was cut: "gptq-2048, 146 windows of 2048 tokens". */
export function protocolNote(row: ResultRow): string {
  return `${row.protocol}, ${row.windows} ${row.windows === 1 ? "window" : "windows"} of ${row.window} tokens`;
}

/** Where published numbers come from: "SINQ paper (arXiv 2509.22944 v4), table 1". */
export function sourceNote(published: readonly PublishedRow[]): string {
  const sources: Readonly<Record<string, string>> = {
    "sinq-v4": "SINQ paper (arXiv 2509.22944 v4)",
    "qwen3-study": "Qwen3 quantization study (arXiv 2505.02214)",
  };
  return distinct(published.map((row) => `${sources[row.source] ?? row.source}, table ${row.table}`)).join("; ");
}

/**
 * What a reader needs below a table: how each text was cut, what the columns beside ours are, and what the mark of the
 * best means (`bestMark`; null where nothing is marked).
 */
export function tableNotes(
  rows: readonly ResultRow[],
  groups: readonly ColumnGroup[],
  published: readonly PublishedRow[],
  bestMark: string | null,
): string[] {
  const text = textNames(rows);
  const columns = groups.flatMap((group) => group.columns);
  const shows = (title: string) => columns.some((column) => column.title === title);
  const marked = bestMark !== null && columns.some((column) => column.cells.some((cell) => cell.best));
  return [
    ...distinct(rows.map((row) => `${text(row)}: perplexity, ${protocolNote(row)}`)),
    ...(shows("std err") ? ["std err: standard error of the perplexity, over windows"] : []),
    ...(shows("paper") ? [`paper: ${sourceNote(published)}; diff: ours - paper`] : []),
    ...(marked ? [`${bestMark}: lowest perplexity among the methods at these bits`] : []),
  ];
}
