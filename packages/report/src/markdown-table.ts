import { columnGroups, type TableCell, type TableOptions } from "./table-columns.ts";
import { distinct, tableLines } from "./table-lines.ts";
import { tableNotes } from "./text-notes.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** The table of `terminalTable` as Markdown: one table per model, the best perplexity of each bit width in bold. */
export function markdownTable(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[] = [],
  options: TableOptions = {},
): string {
  const lines = tableLines(experiment, rows);
  const groups = columnGroups(lines, published, options);
  const tables = distinct(groups.map((group) => group.model)).map((model) => {
    const columns = groups
      .filter((group) => group.model === model)
      .flatMap(({ title, columns }) =>
        columns.map((column) => ({
          title: column.title === "ours" ? title : `${title}, ${column.title}`,
          cells: column.cells,
        })),
      );
    const header = ["bits", "method", ...columns.map((column) => escapeMarkup(column.title))];
    const body = lines.map((line, i) => [
      String(line.bits),
      escapeMarkup(line.label),
      ...columns.map(({ cells }) => markdownCell(cells[i])),
    ]);
    const rule = header.map((_, i) => (i === 1 ? "---" : "---:"));
    return `**${escapeMarkup(model)}**\n\n${[header, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
  });
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
