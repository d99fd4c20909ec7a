import {
  distinct,
  type Experiment,
  fixed,
  type PublishedRow,
  type ResultRow,
  type TableLine,
  tableLines,
} from "@sinqbench/report";
import type { PerplexityTable } from "../results/read-results.ts";
import { bitsInWords, perplexityInWords, rowFacts, signed } from "../words.ts";
import { type PageChart, pageChart } from "./chart.ts";
import { type DotDatum, type DotLine, dotChart } from "./dot-chart.ts";

/** Beyond this ratio of the largest to the smallest perplexity a linear axis would press the better methods together. */
const LOG_FROM = 5;

/** The published number that may stand beside a row, or undefined: model, text and protocol must be the paper's. */
export type PublishedBeside = (row: ResultRow, experiment: Experiment) => PublishedRow | undefined;

/** Headings per bit width and a line per method, in the order of the paper. */
export function methodLines(lines: readonly Pick<TableLine, "bits" | "label">[]): DotLine[] {
  return distinct(lines.map((line) => line.bits)).flatMap((bits) => [
    { key: bitsInWords(bits), label: bitsInWords(bits), heading: true as const },
    ...lines.filter((line) => line.bits === bits).map((line) => ({ key: lineKey(line), label: line.label })),
  ]);
}

export function lineKey(line: Pick<TableLine, "bits" | "label">): string {
  return `${line.bits} ${line.label}`;
}

/** Loss and perplexity of a model on one text; `text` tells the rows. The loss is missing where BF16 was not evaluated. */
export function textCharts(
  id: string,
  experiment: Experiment,
  table: PerplexityTable,
  title: string,
  ofText: (row: ResultRow) => boolean,
  beside: PublishedBeside,
): PageChart[] {
  const all = tableLines(experiment, table.rows);
  const quantized = all.filter((line) => line.method !== "bf16");
  const shown = quantized.length > 0 ? quantized : all;
  const lines = methodLines(shown);
  const cells = shown.flatMap((line) => line.rows.filter(ofText).map((row) => ({ line, row })));
  const baseline = table.rows.find((row) => row.method === "bf16" && ofText(row));
  const facts = (line: TableLine, row: ResultRow) => rowFacts(row, line.label, table.path, beside(row, experiment));
  const about = `${experiment.title}, ${table.model} on ${title}`;

  const losses = cells.flatMap(({ line, row }): DotDatum[] => {
    if (row.delta_nll === null || row.method === "bf16") return [];
    return [
      {
        line: lineKey(line),
        method: row.method,
        ...bar(row.delta_nll, row.delta_nll_se, 6),
        label: signed(row.delta_nll, Math.abs(row.delta_nll) < 0.001 ? 5 : 3),
        facts: facts(line, row),
      },
    ];
  });
  const values = cells.map(({ row }) => row.perplexity);
  const log = Math.max(...values) > LOG_FROM * Math.min(...values, baseline?.perplexity ?? Number.POSITIVE_INFINITY);
  const perplexities = cells.map(({ line, row }): DotDatum => {
    const published = beside(row, experiment);
    const { value, low, high } = bar(row.perplexity, row.perplexity_se, 4);
    return {
      line: lineKey(line),
      method: row.method,
      value,
      // No perplexity is below 1, and a logarithmic axis has no place for less than 0.
      low: Math.max(1, low),
      high,
      label: perplexityInWords(row.perplexity),
      facts: facts(line, row),
      ...(published && { hollow: published.value }),
    };
  });
  return [
    ...(losses.length > 0
      ? [
          pageChart(
            `${id}-loss`,
            `${about}: loss above BF16 by method. ${spoken(losses)}`,
            losses,
            dotChart({
              xTitle: "loss above BF16, nats per token (paired)",
              lines,
              data: losses,
              reference: { value: 0, low: 0, high: 0, label: "BF16" },
            }),
          ),
        ]
      : []),
    pageChart(
      `${id}-perplexity`,
      `${about}: perplexity by method. ${spoken(perplexities)}`,
      perplexities,
      dotChart({
        xTitle: `perplexity${log ? " (log scale)" : ""}`,
        lines,
        data: perplexities,
        log,
        ...(baseline && {
          reference: {
            ...bar(baseline.perplexity, baseline.perplexity_se, 4),
            label: `BF16 ${perplexityInWords(baseline.perplexity)}`,
          },
        }),
      }),
    ),
  ];
}

function bar(value: number, error: number | null, decimals: number): Pick<DotDatum, "value" | "low" | "high"> {
  const round = (x: number) => Number(fixed(x, decimals));
  return { value: round(value), low: round(value - (error ?? 0)), high: round(value + (error ?? 0)) };
}

/** The marks in words, for those who do not see them. */
function spoken(data: readonly DotDatum[]): string {
  return `${data.map((datum) => `${datum.line} ${datum.label ?? datum.value}`).join("; ")}.`;
}
