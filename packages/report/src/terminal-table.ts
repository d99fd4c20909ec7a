import {
  type Block,
  blockWidth,
  COLUMN_GAP,
  columnWidths,
  GROUP_GAP,
  groupWidth,
  packGroups,
} from "./column-layout.ts";
import { columnGroups, type TableOptions } from "./table-columns.ts";
import { distinct, type TableLine, tableLines } from "./table-lines.ts";
import { tableNotes } from "./text-notes.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** How a table fits the terminal that it is printed on. */
export interface TerminalTableOptions extends TableOptions {
  /** Bold for the title and the best perplexity of each bit width; leave it out when the output is no terminal. */
  readonly color?: boolean;
  /** Characters that a line may take; models that do not fit side by side go below each other. */
  readonly width?: number;
}

const DEFAULT_WIDTH = 100;

/**
 * The results as the paper lays out its tables: lines are bits x method, columns are per model the memory and one
 * perplexity per text. `published` numbers (those of the same model, text and protocol, or none) stand beside ours with
 * the difference.
 */
export function terminalTable(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[] = [],
  options: TerminalTableOptions = {},
): string {
  const bold = (text: string) => (options.color ? `\x1b[1m${text}\x1b[22m` : text);
  const lines = tableLines(experiment, rows);
  const groups = columnGroups(lines, published, options);
  const labels = lineLabels(lines);
  const room = (options.width ?? DEFAULT_WIDTH) - labels[0].length - GROUP_GAP.length;
  const blocks = packGroups(groups, room).map((block) => drawBlock(lines, labels, block, bold).join("\n"));
  const notes = tableNotes(rows, groups, published, options.color ? bold("bold") : null);
  return `${[bold(experiment.title), ...blocks, notes.join("\n")].join("\n\n")}\n`;
}

/** "bits  method", then one label per line, all equally wide. */
function lineLabels(lines: readonly TableLine[]): string[] {
  const methods = ["method", ...lines.map((line) => line.label)];
  const bits = ["bits", ...lines.map((line) => String(line.bits))];
  const width = Math.max(...methods.map((method) => method.length));
  return methods.map((method, i) => `${bits[i].padStart(4)}${COLUMN_GAP}${method.padEnd(width)}`);
}

function drawBlock(
  lines: readonly TableLine[],
  [head, ...labels]: readonly string[],
  block: Block,
  bold: (text: string) => string,
): string[] {
  const margin = " ".repeat(head.length);
  const models = distinct(block.map((group) => group.model)).map((model) => {
    const width = blockWidth(block.filter((group) => group.model === model));
    return { text: model, width };
  });
  const titles = block.map((group) => ({ text: group.title, width: groupWidth(group) }));
  const subtitled = block.some((group) => group.columns.length > 1);
  const subtitles = block.map((group) =>
    group.columns
      .map(({ title }, i) => (group.columns.length > 1 ? title : "").padStart(columnWidths(group)[i]))
      .join(COLUMN_GAP),
  );
  const body = lines.flatMap((line, i) => {
    const cells = block.map((group) =>
      group.columns
        .map(({ cells }, k) => {
          const { text, best } = cells[i];
          return `${" ".repeat(Math.max(0, columnWidths(group)[k] - text.length))}${best ? bold(text) : text}`;
        })
        .join(COLUMN_GAP),
    );
    const text = [labels[i], ...cells].join(GROUP_GAP).trimEnd();
    return i > 0 && lines[i - 1].bits !== line.bits ? ["", text] : [text];
  });
  const header = [
    [margin, ...models.map(centre)],
    [subtitled ? margin : head, ...titles.map(subtitled ? centre : ({ text, width }) => text.padStart(width))],
    ...(subtitled ? [[head, ...subtitles]] : []),
  ].map((parts) => parts.join(GROUP_GAP).trimEnd());
  return [...header, "─".repeat(head.length + GROUP_GAP.length + blockWidth(block)), ...body];
}

/** A name over the columns it spans, between rules; a name too long for them is cut. */
function centre({ text, width }: { text: string; width: number }): string {
  const name = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  const left = Math.floor((width - name.length) / 2);
  return " ".repeat(left) + name + " ".repeat(width - name.length - left);
}
