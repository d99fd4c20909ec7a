import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { takeOutputs } from "./display.ts";
import { codeCells, type Notebook, notebookModule, readNotebook, withOutputs } from "./notebook-file.ts";

/** Where the cells of notebooks lie as modules for the compiler, and where each run has a folder of its own. */
const CELLS = fileURLToPath(new URL("../cells/", import.meta.url));
const RUNS = fileURLToPath(new URL("../cells-run/", import.meta.url));

/** Writes a notebook's code as one module and returns its path. */
export async function extractCells(path: string, folder = CELLS): Promise<string> {
  const module = join(folder, `${basename(path, ".ipynb")}.ts`);
  await mkdir(folder, { recursive: true });
  await writeFile(module, notebookModule(await readNotebook(path)));
  return module;
}

/**
 * Runs every code cell of a notebook in order and returns it with what they have shown. Throws an Error that names the
 * notebook and the cell, counted from 1, whose code failed.
 */
export async function executeNotebook(path: string): Promise<Notebook> {
  const notebook = await readNotebook(path);
  await mkdir(RUNS, { recursive: true });
  const folder = await mkdtemp(RUNS);
  const module = await extractCells(path, folder);
  takeOutputs();
  try {
    await import(pathToFileURL(module).href);
  } catch (cause) {
    const cell = takeOutputs().length;
    const where = cell === 0 ? "its code cannot be loaded" : `code cell ${cell} of ${codeCells(notebook).length}`;
    throw new Error(`${path}, ${where}: ${(cause as Error).message}`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return withOutputs(notebook, takeOutputs());
}
