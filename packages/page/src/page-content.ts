import { type ChoiceRow, distinct, type Experiment, methodOf, type ResultRow, textNames } from "@sinqbench/report";
import type { PageChart } from "./charts/chart.ts";
import { tradeOffChart } from "./charts/trade-off-chart.ts";
import { claimGroups } from "./claims/claim-groups.ts";
import { choicesSection } from "./html/choices-section.ts";
import { claimsSection } from "./html/claims-section.ts";
import { experimentSection } from "./html/experiment-section.ts";
import { filesSection } from "./html/files-section.ts";
import { type Html, html } from "./html/html.ts";
import { imbalanceSection } from "./html/imbalance-section.ts";
import { layersSection } from "./html/layers-section.ts";
import { methodBar } from "./html/method-bar.ts";
import { modelBar } from "./html/model-bar.ts";
import { objectiveSection } from "./html/objective-section.ts";
import { overviewSection, summarySection } from "./html/overview.ts";
import { plainSection } from "./html/plain-section.ts";
import type { Section } from "./html/section.ts";
import type { PageOptions } from "./page-options.ts";
import {
  type ChoicesTable,
  type ClaimsTable,
  type ImbalanceTable,
  type LayersTable,
  modelsOf,
  type ObjectiveTable,
  type PerplexityTable,
  type PlainTable,
  type ResultsTable,
} from "./results/read-results.ts";

/** What stands between the page's frame: it is what a live page replaces when results change. */
export interface PageContent {
  readonly main: Html;
  readonly charts: readonly PageChart[];
  /** Every method that the page shows, for its colours. */
  readonly methods: readonly string[];
}

/** All of a page's text, tables and charts. The same results give the same content. */
export function pageContent(found: readonly ResultsTable[], options: PageOptions): PageContent {
  const { models = [] } = options;
  const place = ({ model }: ResultsTable) => (models.includes(model) ? models.indexOf(model) : models.length);
  const tables = [...found].sort((a, b) => place(a) - place(b));
  const perplexities = tables.filter((table): table is PerplexityTable => table.kind === "perplexity");
  const claims = claimGroups(
    options.claims,
    tables.filter((table): table is ClaimsTable => table.kind === "claims"),
  );
  const judged = claimsSection(claims);
  const overview = overviewSection(tradeOffs(perplexities));
  const ids = distinct(tables.map((table) => table.experiment));
  const sections = inOrder(ids, Object.keys(options.experiments))
    .map((id) =>
      experimentOf(
        id,
        tables.filter((table) => table.experiment === id),
        options,
      ),
    )
    .filter((section) => section !== undefined);
  const charts = [...judged.charts, ...overview.charts, ...sections.flatMap((section) => section.charts)];
  const methods = distinct([
    ...perplexities.flatMap((table) => table.rows.map((row) => row.method)),
    ...claims.flatMap((claim) => [claim.better, claim.worse].map(methodOf)),
    ...charts.flatMap((chart) => chart.methods),
  ]);
  const measured = distinct(perplexities.flatMap((table) => table.rows.map((row) => row.method)));
  return {
    charts,
    methods,
    main: html`${summarySection(tables, claims, sections, options.modelNotes ?? {})}
<div class="bar">${modelBar(modelsOf(tables))}${methodBar(measured)}</div>
${judged.html}
${overview.html}
${sections.map((section) => section.html)}
${filesSection(tables)}`,
  };
}

function experimentOf(id: string, tables: readonly ResultsTable[], options: PageOptions): Section | undefined {
  const of = <T extends ResultsTable>(kind: T["kind"]) => tables.filter((table): table is T => table.kind === kind);
  const [perplexity, imbalance, plain] = [
    of<PerplexityTable>("perplexity"),
    of<ImbalanceTable>("imbalance"),
    of<PlainTable>("plain"),
  ];
  const record = options.experiments[id];
  const experiment = record && "methods" in record ? record : undefined;
  if (perplexity.length > 0) {
    return experimentSection(experiment ?? unnamed(id, perplexity), perplexity, options.beside ?? (() => undefined));
  }
  const choices = of<ChoicesTable>("choices");
  if (choices.length > 0) {
    const known = experiment && "metric" in experiment ? experiment : undefined;
    return choicesSection(known ?? { ...unnamed(id, choices), metric: "accuracy", paperTable: "" }, choices);
  }
  if (imbalance.length > 0) return imbalanceSection(id, imbalance);
  const layers = of<LayersTable>("layers");
  if (layers.length > 0) return layersSection(id, layers);
  const objective = of<ObjectiveTable>("objective");
  if (objective.length > 0) return objectiveSection(id, record, objective);
  if (plain.length > 0) return plainSection(id, record, plain);
  return undefined;
}

/** The paper's tables by their numbers, then what else is in the record, then the rest as it comes. */
function inOrder(ids: readonly string[], record: readonly string[]): string[] {
  const table = (id: string) => Number(/^table(\d+)$/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);
  const place = (id: string) => (record.includes(id) ? record.indexOf(id) : record.length);
  return [...ids].sort((a, b) => table(a) - table(b) || place(a) - place(b));
}

/** A record for results that no experiment of this repository has: methods and bits as they stand. */
function unnamed(id: string, tables: readonly (PerplexityTable | ChoicesTable)[]): Experiment {
  const rows = tables.flatMap((table): readonly (ResultRow | ChoiceRow)[] => table.rows);
  const quantized = rows.filter((row) => row.method !== "bf16");
  return {
    id,
    title: id,
    about: "These results belong to no experiment of this repository's record.",
    methods: distinct(quantized.map((row) => row.method)),
    bits: distinct(quantized.map((row) => row.bits)),
    groupSize: quantized[0]?.group_size ?? 64,
    tiling: "1d",
    aux: "f16",
    paperModels: [],
  };
}

/** A chart of cost against loss for every model and text, all experiments together. */
function tradeOffs(
  tables: readonly PerplexityTable[],
): { readonly model: string; readonly title: string; readonly chart: PageChart }[] {
  const rows = tables.flatMap((table) => table.rows);
  return distinct(rows.map((row) => row.model)).flatMap((model, i) => {
    const own = rows.filter((row) => row.model === model);
    const text = textNames(own);
    return distinct(own.map(text)).flatMap((name, k) => {
      const title = `${model}: ${name}`;
      const chart = tradeOffChart(
        `trade-off-${i}-${k}`,
        title,
        tables,
        (row) => row.model === model && text(row) === name,
      );
      return chart ? [{ model, title, chart }] : [];
    });
  });
}
