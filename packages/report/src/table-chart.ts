import type { TopLevelSpec } from "vega-lite";
import { type ChartData, type ChartText, chartData } from "./chart-data.ts";
import { type InnerSpec, panelSpec } from "./chart-panel.ts";
import { CHART_THEME } from "./chart-theme.ts";
import { distinct, settingsInWords } from "./table-lines.ts";
import { sourceNote } from "./text-notes.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
const PANEL_WIDTH = 330;
/** Beyond this ratio of the largest to the smallest perplexity a linear axis would press the better methods together. */
const LOG_FROM = 5;

/**
 * A chart of an experiment's rows: per text, perplexity with its standard error beside the paired difference of the loss to
 * BF16. The first is what the paper prints; the second shows differences that the first cannot, because the texts' own
 * spread, which makes up most of a perplexity's error, cancels. Published perplexities, where given, are hollow.
 */
export function tableChart(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[] = [],
): TopLevelSpec {
  const chart = chartData(experiment, rows, published);
  return {
    $schema: SCHEMA,
    title: { text: experiment.title, subtitle: subtitle(rows, chart, published), fontSize: 16, offset: 18 },
    vconcat: chart.texts.map((text) => textSpec(text, chart)),
    config: CHART_THEME,
  };
}

function subtitle(rows: readonly ResultRow[], chart: ChartData, published: readonly PublishedRow[]): string[] {
  const models = distinct(rows.map((row) => row.model)).join(", ");
  const stored = distinct(rows.filter((row) => row.method !== "bf16").map(settingsInWords)).join(" or ");
  const errors = rows.some((row) => row.perplexity_se !== null);
  const hollow = chart.texts.some((text) => text.points.some((point) => point.published !== null));
  return [
    [models, stored].filter(Boolean).join("; "),
    `Dashed: the checkpoint's own weights (BF16)${errors ? ". Bars and band: one standard error, over windows" : ""}`,
    ...(hollow ? [`Hollow diamonds: ${sourceNote(published)}`] : []),
  ];
}

function textSpec(text: ChartText, chart: ChartData): InnerSpec {
  const values = [...text.points.map((point) => point.perplexity), ...(text.baseline ? [text.baseline] : [])];
  const log = Math.max(...values.map((mark) => mark.value)) > LOG_FROM * Math.min(...values.map((mark) => mark.value));
  const perplexity = panelSpec(
    {
      title: `Perplexity${log ? " (log scale)" : ""}; lower is better`,
      data: text.points.map(({ bits, method, perplexity, published }) => ({ bits, method, ...perplexity, published })),
      reference: text.baseline && { ...text.baseline, label: `BF16 ${text.baseline.label}` },
      log,
      width: PANEL_WIDTH,
      named: true,
    },
    chart,
  );
  const deltas = text.points.flatMap(({ bits, method, delta }) =>
    delta ? [{ bits, method, ...delta, published: null }] : [],
  );
  const zero = { value: 0, low: 0, high: 0, label: "BF16" };
  const delta = {
    title: "Paired difference of the loss to BF16, nats per token",
    data: deltas,
    reference: zero,
    log: false,
    width: PANEL_WIDTH,
    named: false,
  };
  return {
    title: { text: text.title, subtitle: text.note },
    bounds: "flush",
    hconcat: [perplexity, ...(deltas.length > 0 ? [panelSpec(delta, chart)] : [])],
  };
}
