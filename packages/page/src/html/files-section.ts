import { distinct } from "@sinqbench/report";
import type { PerplexityTable, ResultsTable } from "../results/read-results.ts";
import { type Html, html } from "./html.ts";
import { renderTable, type Table } from "./table.ts";

/** Where everything on the page comes from, and how to cite it. */
export function filesSection(tables: readonly ResultsTable[]): Html {
  return html`<section id="files" class="block" aria-labelledby="files-title">
<h2 id="files-title">Where the numbers come from</h2>
<div class="card">${renderTable(filesTable(tables))}</div>
<div class="card">${renderTable(textsTable(tables))}</div>
<p class="note">Published numbers: SINQ paper, arXiv 2509.22944 v4, as transcribed in packages/report/data/published.csv; the line of each is in its tooltip. To cite this harness see CITATION.cff.</p>
</section>`;
}

function filesTable(tables: readonly ResultsTable[]): Table {
  return {
    caption: "Files read",
    columns: [{ title: "file" }, { title: "model" }, { title: "rows", numeric: true }, { title: "sha256" }],
    rows: tables.map(({ path, model, rows, sha256 }) => ({
      cells: [
        { text: path },
        { text: model },
        { text: String(rows.length), sort: rows.length },
        { text: html`<code title="${sha256}">${sha256.slice(0, 16)}</code>` },
      ],
    })),
  };
}

function textsTable(tables: readonly ResultsTable[]): Table {
  const rows = tables
    .filter((table): table is PerplexityTable => table.kind === "perplexity")
    .flatMap((table) => table.rows);
  const texts = distinct(
    rows.map((row) =>
      JSON.stringify([
        row.model,
        row.dataset,
        row.protocol,
        row.windows,
        row.window,
        row.text_sha256,
        row.tokens_sha256,
      ]),
    ),
  ).map((key) => JSON.parse(key) as (string | number)[]);
  return {
    caption: "Texts scored",
    columns: ["model", "text", "protocol", "windows", "tokens in a window", "text sha256", "tokens sha256"].map(
      (title, i) => ({
        title,
        numeric: i === 3 || i === 4,
      }),
    ),
    rows: texts.map((fields) => ({
      cells: fields.map((field, i) =>
        i > 4
          ? { text: html`<code>${field}</code>` }
          : { text: String(field), ...(typeof field === "number" && { sort: field }) },
      ),
    })),
  };
}
