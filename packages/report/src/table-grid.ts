import { columnGroups, type TableCell, type TableOptions } from "./table-columns.ts";
import { distinct, tableLines } from "./table-lines.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** One model's table in the paper's layout: lines of methods by bits, columns of memory and perplexities. */
export interface TableGrid {
  readonly model: string;
  /** Titles of the columns after bits and method. */
  readonly titles: readonly string[];
  readonly lines: readonly { readonly bits: number; readonly method: string; readonly cells: readonly TableCell[] }[];
}

/** The tables of an experiment's rows, one for each model; all have the same lines. */
export function tableGrids(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[],
  options: TableOptions,
): TableGrid[] {
  const lines = tableLines(experiment, rows);
  const groups = columnGroups(lines, published, options);
  return distinct(groups.map((group) => group.model)).map((model) => {
    const columns = groups
      .filter((group) => group.model === model)
      .flatMap(({ title, columns }) =>
        columns.map((column) => ({
          title: column.title === "ours" ? title : `${title}, ${column.title}`,
          cells: column.cells,
        })),
      );
    return {
      model,
      titles: columns.map(({ title }) => title),
      lines: lines.map(({ bits, label }, i) => ({ bits, method: label, cells: columns.map(({ cells }) => cells[i]) })),
    };
  });
}
