import { distinct } from "@sinqbench/report";
import type { PageChart } from "../charts/chart.ts";
import type { ClaimGroup } from "../claims/claim-groups.ts";
import { modelsOf, type PerplexityTable, type ResultsTable } from "../results/read-results.ts";
import { OUTCOMES } from "./claims-section.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import type { Section } from "./section.ts";

/** The head of the page: what is in it, and the paper's claims in one line each. */
export function summarySection(
  tables: readonly ResultsTable[],
  claims: readonly ClaimGroup[],
  sections: readonly Section[],
  modelNotes: Readonly<Record<string, string>>,
): Html {
  const models = modelsOf(tables);
  const rows = tables
    .filter((table): table is PerplexityTable => table.kind === "perplexity")
    .flatMap((table) => table.rows);
  const methods = distinct(rows.map((row) => row.method)).filter((method) => method !== "bf16");
  const figures: readonly (readonly [number, string, string])[] = [
    [sections.length, "experiment", "experiments"],
    [models.length, "model", "models"],
    [methods.length, "method", "methods"],
    [distinct(rows.map((row) => `${row.dataset} ${row.protocol}`)).length, "text", "texts"],
    [rows.length, "perplexity", "perplexities"],
  ];
  return html`<section id="summary" class="hero">
<p class="kicker">sinqbench</p>
<h1>The tables of SINQ, measured here</h1>
<p class="lead">Sinkhorn-normalized quantization of language-model weights (<a href="https://arxiv.org/abs/2509.22944">arXiv 2509.22944</a>) and its rivals on one footing: the same windows, the same float32 graph, bits counted on the stored bytes.</p>
<ul class="figures">${figures.map(([count, one, many]) => html`<li><b>${count}</b> ${count === 1 ? one : many}</li>`)}</ul>
${distinct(models.flatMap((model) => modelNotes[model] ?? [])).map(
  (note) =>
    html`<p class="caution"><b>${models.filter((model) => modelNotes[model] === note).join(", ")}.</b> ${note}</p>`,
)}
<ul class="verdicts">${claims.map(
    ({ id, statement, outcome }) =>
      html`<li><a href="#claim-${id}">${statement}</a> <span class="badge ${OUTCOMES[outcome].tone}">${OUTCOMES[outcome].words}</span></li>`,
  )}</ul>
<nav aria-label="Sections"><ul class="contents"><li><a href="#claims">Claims</a></li>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}<li><a href="#files">Files</a></li></ul></nav>
</section>`;
}

/** What methods cost and lose, all experiments together. */
export function overviewSection(
  charts: readonly { readonly model: string; readonly title: string; readonly chart: PageChart }[],
): {
  readonly html: Html;
  readonly charts: readonly PageChart[];
} {
  if (charts.length === 0) return { html: html``, charts: [] };
  return {
    charts: charts.map(({ chart }) => chart),
    html: html`<section id="cost" class="block" aria-labelledby="cost-title">
<h2 id="cost-title">What a bit buys</h2>
<p class="lead">Every method and setting of every experiment: bits that are really stored for a weight (codes, scales, zeros, second scales, codebooks) against the loss above the checkpoint's own weights. Lower and further left is better; bars are one standard error of the paired difference.</p>
<div class="grid pair">${charts.map(({ model, title, chart }) => html`<div class="card" data-model="${model}">${figure(chart, title)}</div>`)}</div>
</section>`,
  };
}
