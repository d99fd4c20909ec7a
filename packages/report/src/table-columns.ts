import { publishedDifference, publishedMemory, publishedPerplexity } from "./published-beside.ts";
import { distinct, type TableLine, textNames } from "./table-lines.ts";
import { fixed } from "./tidy-table.ts";
import type { PublishedRow, ResultRow } from "./types.ts";

export interface TableCell {
  readonly text: string;
  /** Lowest perplexity among the methods of the same bits. */
  readonly best: boolean;
}

/** Columns that stay together: a model's memory, or its perplexity on one text, with the published numbers beside. */
export interface ColumnGroup {
  readonly model: string;
  /** "memory GB" or the text's name. */
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly cells: readonly TableCell[] }[];
}

/** What a table shows beside its perplexities. */
export interface TableOptions {
  /** Adds the standard error of each perplexity. */
  readonly standardError?: boolean;
}

/** The paper prints two decimals; ours has one more, because standard errors are often near 0.01. */
const PERPLEXITY_DECIMALS = 3;
const GB = 1e9;
const GIB = 2 ** 30;

/** The columns of a table in the paper's layout: per model its memory, then one perplexity per text. */
export function columnGroups(
  lines: readonly TableLine[],
  published: readonly PublishedRow[],
  options: TableOptions = {},
): ColumnGroup[] {
  const rows = lines.flatMap((line) => line.rows);
  const text = textNames(rows);
  return distinct(rows.map((row) => row.model)).flatMap((model) => {
    const own = rows.filter((row) => row.model === model);
    const perplexities = distinct(own.map(text)).map((title) => {
      const cells = lines.map((line) => line.rows.find((row) => row.model === model && text(row) === title));
      return { model, title, columns: perplexityColumns(lines, cells, published, options) };
    });
    return [memoryGroup(model, lines, published), ...perplexities];
  });
}

function memoryGroup(model: string, lines: readonly TableLine[], published: readonly PublishedRow[]): ColumnGroup {
  const rows = lines.map((line) => line.rows.find((row) => row.model === model));
  const theirs = rows.map((row) => row && publishedMemory(published, row));
  const unit = theirs.find((cell) => cell)?.unit ?? "GB";
  const values = rows.map((row) => row && (row.memory_gb * GB) / (unit === "GiB" ? GIB : GB));
  const decimals = memoryDecimals(values.filter((value) => value !== undefined));
  const ours = values.map((value) => plain(value === undefined ? "" : fixed(value, decimals)));
  const beside = theirs.some((cell) => cell)
    ? [{ title: "paper", cells: theirs.map((c) => plain(c?.printed ?? "")) }]
    : [];
  return { model, title: `memory ${unit}`, columns: [{ title: "ours", cells: ours }, ...beside] };
}

/** Two decimals as in the paper, more where a small model would show fewer than three digits. */
function memoryDecimals(values: readonly number[]): number {
  const smallest = Math.min(...values.filter((value) => value > 0));
  return Number.isFinite(smallest) ? Math.min(6, Math.max(2, 2 - Math.floor(Math.log10(smallest)))) : 2;
}

/** `rows` holds the cell of each line, undefined where it was not evaluated. */
function perplexityColumns(
  lines: readonly TableLine[],
  rows: readonly (ResultRow | undefined)[],
  published: readonly PublishedRow[],
  options: TableOptions,
): ColumnGroup["columns"] {
  const texts = rows.map((row) => (row ? fixed(row.perplexity, PERPLEXITY_DECIMALS) : ""));
  const best = lines.map((line, i) => isBest(i, line, lines, texts));
  const ours = { title: "ours", cells: texts.map((text, i) => ({ text, best: best[i] })) };
  const error = {
    title: "std err",
    cells: rows.map((row) => plain(errorText(row?.perplexity_se ?? null))),
  };
  const theirs = rows.map((row) => row && publishedPerplexity(published, row));
  const beside = [
    { title: "paper", cells: theirs.map((cell) => plain(cell?.printed ?? "")) },
    { title: "diff", cells: theirs.map((cell, i) => plain(cell ? difference(rows[i], cell) : "")) },
  ];
  return [ours, ...(options.standardError ? [error] : []), ...(theirs.some((cell) => cell) ? beside : [])];
}

function errorText(error: number | null): string {
  return error === null ? "" : `±${fixed(error, PERPLEXITY_DECIMALS)}`;
}

function difference(row: ResultRow | undefined, cell: PublishedRow): string {
  return row ? publishedDifference(row.perplexity, cell) : "";
}

/** Lowest as printed (equal texts tie), where there is something to compare with. */
function isBest(index: number, line: TableLine, lines: readonly TableLine[], texts: readonly string[]): boolean {
  const rivals = texts.filter((text, i) => text !== "" && lines[i].bits === line.bits && lines[i].method !== "bf16");
  if (line.method === "bf16" || texts[index] === "" || rivals.length < 2) return false;
  return Number(texts[index]) === Math.min(...rivals.map(Number));
}

function plain(text: string): TableCell {
  return { text, best: false };
}
