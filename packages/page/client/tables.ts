import { followAgain } from "./follow.ts";
import { onPick } from "./models.ts";

/** How a table was last sorted, by its caption, so that a live page keeps it. */
const sorted = new Map<string, { readonly column: number; readonly ascending: boolean }>();
const filters = new Map<string, string>();

onPick(() => {
  for (const [section, text] of filters) filter(section, text);
});

/** Headings sort, filters hide rows. */
export function setUpTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.data")) {
    const name = table.caption?.textContent ?? "";
    const buttons = [...table.querySelectorAll<HTMLButtonElement>("button.sort")];
    for (const [column, button] of buttons.entries()) {
      button.addEventListener("click", () => {
        const ascending = button.closest("th")!.ariaSort !== "ascending";
        sorted.set(name, { column, ascending });
        sort(table, column, ascending);
      });
    }
    const known = sorted.get(name);
    if (known && known.column < buttons.length) sort(table, known.column, known.ascending);
  }
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-filter]")) {
    const section = input.dataset.filter!;
    input.value = filters.get(section) ?? "";
    input.addEventListener("input", () => {
      filters.set(section, input.value);
      filter(section, input.value);
    });
    filter(section, input.value);
  }
  followAgain();
}

/** Equal rows keep their order; empty cells come last either way. */
function sort(table: HTMLTableElement, column: number, ascending: boolean): void {
  for (const [i, heading] of [...table.querySelectorAll("thead th[aria-sort]")].entries()) {
    heading.ariaSort = i === column ? (ascending ? "ascending" : "descending") : "none";
  }
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, i) => ({ row, i, cell: row.cells[column] }));
  const sign = ascending ? 1 : -1;
  rows.sort((a, b) => {
    const [left, right] = [a, b].map(({ cell }) => cell.textContent ?? "");
    if (left === "" || right === "") return Number(left === "") - Number(right === "") || a.i - b.i;
    return sign * compare(a.cell, b.cell) || a.i - b.i;
  });
  body.append(...rows.map(({ row }) => row));
}

function compare(a: HTMLTableCellElement, b: HTMLTableCellElement): number {
  const [x, y] = [a, b].map(numberOf);
  if (x !== undefined && y !== undefined) return x - y;
  return a.textContent!.localeCompare(b.textContent!, "en", { numeric: true });
}

/** The number that a cell stands for, or shows. */
function numberOf(cell: HTMLTableCellElement): number | undefined {
  const text = cell.dataset.sort ?? cell.textContent!.replace("\u2212", "-");
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A row stays when every word is in it. */
function filter(section: string, text: string): void {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = document.querySelectorAll<HTMLTableRowElement>(`#${CSS.escape(section)} table.data tbody tr`);
  // Rows of a model that the page does not show are no rows to the reader.
  const rows = [...all].filter((row) => !row.closest("[data-model][hidden]"));
  let shown = 0;
  for (const row of rows) {
    const fields = [...row.cells].map((cell) => cell.textContent!.toLowerCase());
    // A number is meant whole: "3" is three bits, not every row with a 3 in it.
    row.hidden = !words.every((word) =>
      fields.some((field) => (/^[\d.]+$/.test(word) ? field === word : field.includes(word))),
    );
    if (!row.hidden) shown++;
  }
  const output = document.querySelector(`output[for="filter-${CSS.escape(section)}"]`);
  if (output) output.textContent = words.length === 0 ? "" : `${shown} of ${rows.length} rows`;
}
