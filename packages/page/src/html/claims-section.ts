import { distinct, methodOf, methodStyle } from "@sinqbench/report";
import type { PageChart } from "../charts/chart.ts";
import { claimChart } from "../charts/claim-chart.ts";
import type { ClaimGroup, ClaimOutcome } from "../claims/claim-groups.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";

export const OUTCOMES: Readonly<Record<ClaimOutcome, { readonly words: string; readonly tone: string }>> = {
  holds: { words: "holds here", tone: "good" },
  "holds-in-part": { words: "holds in part", tone: "good" },
  mixed: { words: "mixed", tone: "open" },
  undecided: { words: "undecided", tone: "open" },
  "fails-in-part": { words: "fails in part", tone: "bad" },
  fails: { words: "does not hold here", tone: "bad" },
  "not-measured": { words: "not measured", tone: "none" },
};

/** What the paper says, whether it is so here, and the differences behind the answer. */
export function claimsSection(groups: readonly ClaimGroup[]): {
  readonly html: Html;
  readonly charts: readonly PageChart[];
} {
  const charts: PageChart[] = [];
  const cards = groups.map((group) => {
    const chart = claimChart(group);
    if (chart) charts.push(chart);
    const { words, tone } = OUTCOMES[group.outcome];
    return html`<article class="card claim" id="claim-${group.id}">
<header><h3>${group.statement}</h3><p class="badge ${tone}">${words}</p></header>
<p class="counts">${countsInWords(group)} ${publishedInWords(group)}</p>
${chart && figure(chart)}
</article>`;
  });
  return {
    charts,
    html: html`<section id="claims" class="block" aria-labelledby="claims-title">
<h2 id="claims-title">What the paper claims, and what holds here</h2>
<p class="lead">Each line is the mean difference of two methods' losses on the same windows, token by token, with its standard error. Left of the dashed line the claim holds. A difference within two standard errors decides nothing.</p>
${
  groups.length === 0
    ? html`<p class="empty">Not measured: <code>exp claims</code> writes results/claims.</p>`
    : html`<div class="grid claims">${cards}</div>`
}
</section>`,
  };
}

function name(entry: string): string {
  return methodStyle(methodOf(entry)).label;
}

/** "Here: 2 of 4 hold, 1 fails, 1 undecided.", for each model where there are several. */
export function countsInWords({ rows, better, worse }: ClaimGroup): string {
  if (rows.length === 0)
    return `Not measured here: exp claims runs ${name(better)} and ${name(worse)} on the same windows.`;
  const models = distinct(rows.map((row) => row.model));
  if (models.length === 1) return `Here: ${verdictsInWords(rows)}.`;
  const each = models.map((model) => `${model}: ${verdictsInWords(rows.filter((row) => row.model === model))}`);
  return `Here, ${each.join("; ")}.`;
}

function verdictsInWords(rows: ClaimGroup["rows"]): string {
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const parts = [
    `${count("holds")} of ${rows.length} ${count("holds") === 1 ? "holds" : "hold"}`,
    ...(count("fails") > 0 ? [`${count("fails")} ${count("fails") === 1 ? "fails" : "fail"}`] : []),
    ...(count("undecided") > 0 ? [`${count("undecided")} undecided`] : []),
  ];
  return parts.join(", ");
}

/** "In the paper: lower in 52 of 52 cells (tables 1, 11)." */
export function publishedInWords({ published: { lower, cells, tables } }: ClaimGroup): string {
  if (cells === 0) return "The paper prints no table of it.";
  return `In the paper: lower in ${lower} of ${cells} cells (${tables.length === 1 ? "table" : "tables"} ${tables.join(", ")}).`;
}
