import {
  distinct,
  type Experiment,
  protocolNote,
  publishedRows,
  type ResultRow,
  tableLines,
  textNames,
} from "@sinqbench/report";
import type { PageChart } from "../charts/chart.ts";
import { type PublishedBeside, textCharts } from "../charts/experiment-charts.ts";
import { paperChart } from "../charts/paper-chart.ts";
import { tradeOffChart } from "../charts/trade-off-chart.ts";
import type { PerplexityTable } from "../results/read-results.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { publishedTable } from "./published-table.ts";
import { resultsTable } from "./results-table.ts";
import { renderTable } from "./table.ts";

/** A part of the page with its charts. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: Html;
  readonly charts: readonly PageChart[];
}

/** An experiment: per model its texts' charts and its table, beside the paper's. */
export function experimentSection(
  experiment: Experiment,
  tables: readonly PerplexityTable[],
  beside: PublishedBeside,
): Section {
  const { id, title, about, paperTable } = experiment;
  const charts: PageChart[] = [];
  const draw = (chart: PageChart | undefined, caption?: string) => {
    if (!chart) return "";
    charts.push(chart);
    return figure(chart, caption);
  };
  const published = paperTable === undefined ? [] : publishedRows({ table: paperTable });
  const measured = tables.map((table, i) => {
    const text = textNames(table.rows);
    const lines = tableLines(experiment, table.rows);
    const texts = distinct(table.rows.map(text)).map((name, k) => {
      const row = table.rows.find((candidate) => text(candidate) === name)!;
      const of = (candidate: ResultRow) => text(candidate) === name;
      const drawn =
        experiment.view === "pareto"
          ? [tradeOffChart(`${id}-${i}-${k}`, `${table.model}: ${name}`, [table], of)]
          : textCharts(`${id}-${i}-${k}`, experiment, table, name, of, beside);
      return html`<div class="card"><h4>${name}</h4><p class="note">${protocolNote(row)}; bars and band: one standard error</p>
<div class="grid pair">${drawn.map((chart) => draw(chart))}</div></div>`;
    });
    return html`<h3>${table.model}</h3>
${texts}
<div class="card">${i === 0 && filterBox(id)}${renderTable(resultsTable(experiment, table, lines, beside))}</div>`;
  });
  const paper =
    published.length === 0
      ? ""
      : html`<h3>In the paper</h3>
<div class="card">${draw(
          paperChart(`${id}-paper`, experiment, published),
          "The paper's losses above BF16, from its printed perplexities",
        )}
${renderTable(publishedTable(published))}</div>`;
  return {
    id,
    title,
    charts,
    html: html`<section id="${id}" class="block" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<div class="about">${about.split("\n\n").map((paragraph) => html`<p>${paragraph}</p>`)}</div>
${measured}
${paper}
</section>`,
  };
}

/** Hides the rows of a section's tables that have not every word typed into it. */
export function filterBox(section: string): Html {
  return html`<p class="filter"><label for="filter-${section}">Filter rows</label>
<input id="filter-${section}" type="search" data-filter="${section}" placeholder="such as: sinq 3 moby" autocomplete="off" spellcheck="false">
<output for="filter-${section}"></output></p>`;
}
