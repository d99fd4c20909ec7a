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
import { html } from "./html.ts";
import { paperTables } from "./published-table.ts";
import { resultsTable } from "./results-table.ts";
import { type Section, sectionOf } from "./section.ts";
import { renderTable } from "./table.ts";

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
    return {
      model: table.model,
      charts: html`${texts}`,
      table: renderTable(resultsTable(experiment, table, lines, beside)),
    };
  });
  const drawn = paperChart(`${id}-paper`, experiment, published);
  const paper = paperTables(
    published,
    draw(drawn, "The paper's losses above BF16, from its printed perplexities") || "",
  );
  return sectionOf({ id, title, about }, measured, charts, paper);
}
