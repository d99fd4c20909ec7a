import {
  distinct,
  type Experiment,
  METHOD_STYLES,
  methodStyle,
  type PublishedRow,
  publishedId,
} from "@sinqbench/report";
import { bitsInWords, signed } from "../words.ts";
import { type PageChart, pageChart } from "./chart.ts";
import { type DotDatum, type DotLine, dotChart } from "./dot-chart.ts";

/** Names of published metrics that are perplexities of a text. */
export const PAPER_TEXTS: Readonly<Record<string, string>> = { wikitext2_ppl: "WikiText-2", c4_ppl: "C4" };

/** This project's id of a method of published.csv; what it does not know keeps its name. */
export function methodOfPublished(name: string): string {
  return Object.keys(METHOD_STYLES).find((id) => publishedId(id) === name) ?? name;
}

/**
 * The paper's own table as losses above BF16, which follow from its printed perplexities, so that they stand beside ours on
 * any model; undefined where the table prints no perplexity of BF16.
 */
export function paperChart(
  id: string,
  experiment: Experiment,
  published: readonly PublishedRow[],
): PageChart | undefined {
  const baseline = (row: PublishedRow) =>
    published.find(({ method, model, metric }) => method === "bf16" && model === row.model && metric === row.metric);
  const data = published.flatMap((row): DotDatum[] => {
    const text = PAPER_TEXTS[row.metric];
    const base = baseline(row);
    if (text === undefined || row.method === "bf16" || !base) return [];
    const method = methodOfPublished(row.method);
    const { label } = methodStyle(method);
    const loss = Number(Math.log(row.value / base.value).toFixed(6));
    return [
      {
        line: `${row.bits} ${label}`,
        method,
        value: loss,
        low: loss,
        high: loss,
        series: `${row.model.split("/").at(-1)}, ${text}`,
        facts: [
          ["", `${label}, ${bitsInWords(Number(row.bits))}`],
          ["in the paper", `${row.model}, ${text}`],
          ["perplexity", row.printed],
          ["loss to BF16", `${signed(loss, 4)} nats, from the printed perplexities`],
          ["source", `table ${row.table}, line ${row.line} of published.csv`],
        ],
      },
    ];
  });
  if (data.length === 0) return undefined;
  const lines = distinct(data.map(({ line }) => line.split(" ")[0])).flatMap((bits): DotLine[] => [
    { key: bits, label: bitsInWords(Number(bits)), heading: true },
    ...distinct(data.map(({ line }) => line).filter((line) => line.startsWith(`${bits} `))).map((line) => ({
      key: line,
      label: line.slice(bits.length + 1),
    })),
  ]);
  return pageChart(
    id,
    `${experiment.title}: loss above BF16 in the paper, by method, for ${distinct(data.map(({ series }) => series)).join("; ")}. Its numbers are in the table below.`,
    data,
    dotChart({
      xTitle: "loss above BF16: ln(perplexity / BF16's)",
      lines,
      data,
      reference: { value: 0, low: 0, high: 0, label: "BF16" },
    }),
  );
}
