import { methodStyle } from "./method-styles.ts";
import { publishedPerplexity } from "./published-beside.ts";
import { distinct, tableLines, textNames } from "./table-lines.ts";
import { protocolNote } from "./text-notes.ts";
import { fixed } from "./tidy-table.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** A value with the ends of its error bar (the value itself where no error is known) and its label. */
export interface Mark {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

/** One method at some bits on one text. */
export interface ChartPoint {
  /** "3 bits" */
  readonly bits: string;
  readonly method: string;
  readonly perplexity: Mark;
  readonly delta: Mark | null;
  readonly published: number | null;
}

/** What one panel pair shows: a model on a text. */
export interface ChartText {
  readonly title: string;
  readonly note: string;
  readonly points: readonly ChartPoint[];
  /** The checkpoint's own weights; null where they were not evaluated. */
  readonly baseline: Mark | null;
}

export interface ChartMethod {
  readonly label: string;
  readonly color: string;
}

export interface ChartData {
  readonly texts: readonly ChartText[];
  /** In the order of the paper. */
  readonly methods: readonly ChartMethod[];
  readonly bits: readonly string[];
  /** Every line of a panel, in the order of the paper. */
  readonly lines: readonly { readonly bits: string; readonly method: string }[];
}

/** Rows as a chart needs them, numbers rounded as in the CSV so that the drawing does not depend on the last bits. */
export function chartData(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[],
): ChartData {
  const name = textNames(rows);
  const severalModels = distinct(rows.map((row) => row.model)).length > 1;
  const title = (row: ResultRow) => (severalModels ? `${row.model}: ${name(row)}` : name(row));
  const lines = tableLines(experiment, rows);
  const quantized = lines.filter((line) => line.method !== "bf16");
  const shown = quantized.length > 0 ? quantized : lines;
  const texts = distinct(rows.map(title)).map((text): ChartText => {
    const own = rows.filter((row) => title(row) === text);
    const baseline = own.find((row) => row.method === "bf16");
    const points = shown.flatMap((line) =>
      line.rows
        .filter((row) => title(row) === text)
        .map((row) => ({
          bits: bitsLabel(row.bits),
          method: line.label,
          perplexity: perplexityMark(row),
          delta: deltaMark(row),
          published: publishedPerplexity(published, row)?.value ?? null,
        })),
    );
    return { title: text, note: protocolNote(own[0]), points, baseline: baseline ? perplexityMark(baseline) : null };
  });
  const methods = new Map(shown.map((line) => [line.label, methodStyle(line.method).color]));
  return {
    texts,
    methods: [...methods].map(([label, color]) => ({ label, color })),
    bits: distinct(shown.map((line) => bitsLabel(line.bits))),
    lines: shown.map((line) => ({ bits: bitsLabel(line.bits), method: line.label })),
  };
}

function bitsLabel(bits: number): string {
  return `${bits} bits`;
}

function perplexityMark(row: ResultRow): Mark {
  const label = fixed(row.perplexity, row.perplexity < 1000 ? 2 : 0);
  const bar = mark(row.perplexity, row.perplexity_se, 4, label);
  // No perplexity is below 1, and a logarithmic axis has no place for less than 0.
  return { ...bar, low: Math.max(1, bar.low) };
}

function deltaMark(row: ResultRow): Mark | null {
  if (row.delta_nll === null || row.method === "bf16") return null;
  const text = fixed(row.delta_nll, Math.abs(row.delta_nll) < 0.001 ? 5 : 3);
  const label = Number(text) > 0 ? `+${text}` : text.replace("-", "\u2212");
  return mark(row.delta_nll, row.delta_nll_se, 6, label);
}

function mark(value: number, error: number | null, decimals: number, label: string): Mark {
  const round = (x: number) => Number(fixed(x, decimals));
  return { value: round(value), low: round(value - (error ?? 0)), high: round(value + (error ?? 0)), label };
}
