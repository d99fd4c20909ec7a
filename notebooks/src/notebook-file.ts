import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "@sinqbench/tensor";
import type { Output } from "./display.ts";

interface CodeCell {
  readonly cell_type: "code";
  readonly id: string;
  readonly metadata: object;
  readonly execution_count: number | null;
  readonly outputs: readonly unknown[];
  readonly source: readonly string[];
}

interface MarkdownCell {
  readonly cell_type: "markdown";
  readonly id: string;
  readonly metadata: object;
  readonly source: readonly string[];
}

/** A Jupyter notebook, format 4.5, as far as it is used here. */
export interface Notebook {
  readonly cells: readonly (CodeCell | MarkdownCell)[];
  readonly metadata: object;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** Reads a notebook. Throws an Error that names the file where it is none of format 4. */
export async function readNotebook(path: string): Promise<Notebook> {
  const notebook = JSON.parse(await readFile(path, "utf8")) as Notebook;
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(`${path} is not a notebook of format 4; save it as one.`);
  }
  return notebook;
}

/** The code cells as one module, so that a name declared in one is known in those after it. */
export function notebookModule(notebook: Notebook): string {
  const cells = codeCells(notebook).map(({ source }) => `beginCell();\n${source.join("")}\n`);
  return `import { beginCell } from "@sinqbench/notebooks";\n${cells.join("")}export {};\n`;
}

/** The notebook with what its code cells have shown. */
export function withOutputs(notebook: Notebook, outputs: readonly (readonly Output[])[]): Notebook {
  let at = 0;
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const shown = outputs[at++] ?? [];
    return {
      ...cell,
      execution_count: at,
      outputs: shown.map((output) => ({
        output_type: "display_data",
        data: Object.fromEntries(Object.entries(output).map(([type, text]) => [type, lines(text)])),
        metadata: {},
      })),
    };
  });
  return { ...notebook, cells };
}

/** Written as Jupyter does, so that saving there changes nothing else. */
export function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

export function codeCells({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
}

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
