import { columnGroups, type TableCell, type TableOptions } from "./table-columns.ts";
import { tableGrids } from "./table-grid.ts";
import { tableLines } from "./table-lines.ts";
import { tableNotes } from "./text-notes.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** The table of `terminalTable` as Markdown: one table per model, the best perplexity of each bit width in bold. */
export function markdownTable(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[] = [],
  options: TableOptions = {},
): string {
  const tables = tableGrids(experiment, rows, published, options).map(({ model, titles, lines }) => {
    const header = ["bits", "method", ...titles.map(escapeMarkup)];
    const body = lines.map(({ bits, method, cells }) => [
      String(bits),
      escapeMarkup(method),
      ...cells.map(markdownCell),
    ]);
    const rule = header.map((_, i) => (i === 1 ? "---" : "---:"));
    return `**${escapeMarkup(model)}**\n\n${[header, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
  });
  const groups = columnGroups(tableLines(experiment, rows), published, options);
  const notes = tableNotes(rows, groups, published, "**bold**").map((note) => `- ${escapeMarkup(note)}`);
  return `### ${experiment.title}\n\n${tables.join("\n\n")}\n\n${notes.join("\n")}\n`;
}

function markdownCell({ text, best }: TableCell): string {
  return best ? `**${text}**` : text;
}

/** A "|" would end the cell, and an underscore pair or "<" in a model's name would be read as markup. */
function escapeMarkup(text: string): string {
  return text.replaceAll(/[|_<]/g, (character) => `\\${character}`);
}
