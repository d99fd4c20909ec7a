import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { executeNotebook, extractCells } from "./execute-notebook.ts";
import { writeNotebook } from "./notebook-file.ts";

/**
 * Runs every notebook of this folder and keeps what the cells show in the file. `--check` runs them and writes nothing,
 * `--extract` writes their code to cells/ for the compiler and runs nothing.
 */
const folder = fileURLToPath(new URL("..", import.meta.url));
const names = (await readdir(folder)).filter((name) => name.endsWith(".ipynb")).sort();
const [flag] = process.argv.slice(2);
for (const path of names.map((name) => join(folder, name))) {
  if (flag === "--extract") {
    await extractCells(path);
    continue;
  }
  const notebook = await executeNotebook(path);
  if (flag !== "--check") await writeNotebook(path, notebook);
  console.log(`${basename(path)}: ${notebook.cells.length} cells, no errors`);
}
