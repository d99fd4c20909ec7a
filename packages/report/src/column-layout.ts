import type { ColumnGroup } from "./table-columns.ts";
import { distinct } from "./table-lines.ts";

export const COLUMN_GAP = "  ";
export const GROUP_GAP = "   ";

/** Column groups that are drawn side by side. */
export type Block = readonly ColumnGroup[];

/** Characters that each column of a group takes; the first is widened where the group's title needs it. */
export function columnWidths(group: ColumnGroup): number[] {
  const widths = group.columns.map(({ title, cells }) =>
    Math.max(group.columns.length > 1 ? title.length : 0, ...cells.map((cell) => cell.text.length)),
  );
  widths[0] += Math.max(0, group.title.length - span(widths, COLUMN_GAP));
  return widths;
}

export function groupWidth(group: ColumnGroup): number {
  return span(columnWidths(group), COLUMN_GAP);
}

export function blockWidth(block: Block): number {
  return span(block.map(groupWidth), GROUP_GAP);
}

/** Fills blocks of at most `width` characters: whole models where they fit, else a model split between its texts. */
export function packGroups(groups: readonly ColumnGroup[], width: number): Block[] {
  const blocks: ColumnGroup[][] = [[]];
  const fits = (more: readonly ColumnGroup[]) => blockWidth([...blocks.at(-1)!, ...more]) <= width;
  for (const model of distinct(groups.map((group) => group.model))) {
    const own = groups.filter((group) => group.model === model);
    if (!fits(own)) blocks.push([]);
    for (const group of own) {
      if (!fits([group])) blocks.push([]);
      blocks.at(-1)!.push(group);
    }
  }
  return blocks.filter((block) => block.length > 0);
}

function span(widths: readonly number[], gap: string): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}
