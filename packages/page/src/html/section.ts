import type { PageChart } from "../charts/chart.ts";
import { type Html, html } from "./html.ts";

/** A part of the page with its charts. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: Html;
  readonly charts: readonly PageChart[];
}

interface Heading {
  readonly id: string;
  readonly title: string;
  /** Paragraphs, with an empty line between two. */
  readonly about: string;
}

/** What one model has in a section; undefined: what is there whatever the model. */
interface ModelPart {
  readonly model: string | undefined;
  readonly charts: Html | "";
  readonly table: Html;
}

/**
 * The frame that sections share: what is measured, the models' charts side by side where there is room, the filter of the tables,
 * the models' tables one below the other, and what comes last.
 */
export function sectionOf(
  { id, title, about }: Heading,
  models: readonly ModelPart[],
  charts: readonly PageChart[],
  last: Html | "" = "",
): Section {
  const drawn = models.some((part) => part.charts !== "");
  return {
    id,
    title,
    charts,
    html: html`<section id="${id}" class="block" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${about !== "" && html`<div class="about">${about.split("\n\n").map((paragraph) => html`<p>${paragraph}</p>`)}</div>`}
${drawn && html`<div class="models">${models.map(({ model, charts }) => html`<div data-model="${model}"><h3>${model}</h3>${charts}</div>`)}</div>`}
${filterBox(id)}
${models.map(({ model, table }) => html`<div class="card"${model !== undefined && html` data-model="${model}"`}>${table}</div>`)}
${last}
</section>`,
  };
}

/** Hides the rows of a section's tables that have not every word typed into it. */
function filterBox(section: string): Html {
  return html`<p class="filter"><label for="filter-${section}">Filter rows</label>
<input id="filter-${section}" type="search" data-filter="${section}" placeholder="such as: sinq 3 moby" autocomplete="off" spellcheck="false">
<output for="filter-${section}"></output></p>`;
}
