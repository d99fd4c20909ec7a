import { type Html, html } from "./html.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand right and sort as numbers; the first click sorts them from the lowest. */
  readonly numeric?: boolean;
  /** Heading over this column and its neighbours of the same group. */
  readonly group?: string;
}

export interface Cell {
  readonly text: string | Html;
  /** What it sorts by where its text does not say it. */
  readonly sort?: number;
  /** Bold: the best of its kind. */
  readonly best?: boolean;
  readonly title?: string;
}

export interface Row {
  /** Followed when the method is. */
  readonly method?: string;
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A table that the page makes sortable: every heading is a button, and a filter of its section hides rows. */
export function renderTable({ caption, columns, rows }: Table): Html {
  return html`<p class="caption" aria-hidden="true">${caption}</p>
<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table class="data">
<caption>${caption}</caption>
<thead>${groupRow(columns)}<tr>${columns.map(
    ({ title, numeric }) =>
      html`<th scope="col" class="${numeric ? "num" : ""}" aria-sort="none"><button type="button" class="sort">${title}</button></th>`,
  )}</tr></thead>
<tbody>
${rows.map((row) => renderRow(row, columns))}</tbody>
</table>
</div>`;
}

function groupRow(columns: readonly Column[]): Html | "" {
  if (columns.every((column) => column.group === undefined)) return "";
  const groups: { title: string; span: number }[] = [];
  for (const { group = "" } of columns) {
    const last = groups.at(-1);
    if (last?.title === group) last.span++;
    else groups.push({ title: group, span: 1 });
  }
  return html`<tr class="groups">${groups.map(({ title, span }) =>
    title === "" ? html`<td colspan="${span}"></td>` : html`<th scope="colgroup" colspan="${span}">${title}</th>`,
  )}</tr>`;
}

function renderRow({ method, cells }: Row, columns: readonly Column[]): Html {
  const fields = cells.map(({ text, sort, best, title }, i) => {
    const name = [columns[i]?.numeric && "num", best && "best"].filter(Boolean).join(" ");
    const attributes = [
      name !== "" && html` class="${name}"`,
      sort !== undefined && !saysItself(text) && html` data-sort="${sort}"`,
      title !== undefined && html` title="${title}"`,
    ];
    return html`<td${attributes}>${text}</td>`;
  });
  return html`<tr${method !== undefined && html` data-method="${method}"`}>${fields}</tr>
`;
}

/** A number as it stands sorts by what is shown: `client/tables.ts` reads it. */
function saysItself(text: string | Html): boolean {
  return typeof text === "string" && /^[+\u2212-]?\d+(\.\d+)?$/.test(text);
}

/** A method's name with its colour, which follows it when pressed. */
export function methodCell(method: string, label: string): Cell {
  return {
    text: html`<button type="button" class="method" data-follow="${method}"><i></i>${label}</button>`,
  };
}
