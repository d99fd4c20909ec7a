import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginCell, display, markdown, table, takeOutputs } from "./display.ts";
import { codeCells, type Notebook, notebookModule, readNotebook, withOutputs } from "./notebook-file.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
let folder = "";
beforeAll(async () => {
  // Inside the package, so that its cells find what the package depends on.
  folder = await mkdtemp(join(ROOT, "cells-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const code = (id: string, ...source: string[]) =>
  ({ cell_type: "code", id, metadata: {}, execution_count: null, outputs: [], source }) as const;
const notebook = (...cells: Notebook["cells"]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

describe("the notebooks of this folder", () => {
  it("run without an error from first to last cell, and leave their files alone", async () => {
    const names = (await readdir(ROOT)).filter((name) => name.endsWith(".ipynb"));
    expect(names.sort()).toEqual(["reading-the-results.ipynb", "why-dual-scales.ipynb"]);
    const before = await Promise.all(names.map((name) => readFile(join(ROOT, name), "utf8")));
    const { stdout } = await run("node", ["--import", "tsx", "src/main.ts", "--check"], { cwd: ROOT });
    expect(stdout.match(/no errors/g)).toHaveLength(2);
    expect(await Promise.all(names.map((name) => readFile(join(ROOT, name), "utf8")))).toEqual(before);
  });

  it("say what they are about before any code, and show something in every code cell", async () => {
    for (const name of ["reading-the-results.ipynb", "why-dual-scales.ipynb"]) {
      const read = await readNotebook(join(ROOT, name));
      expect(read.cells[0].cell_type).toBe("markdown");
      expect(read.cells[0].source[0]).toMatch(/^# \w/);
      for (const cell of codeCells(read)) expect(cell.outputs, `${name} ${cell.id}`).not.toEqual([]);
      expect(new Set(read.cells.map((cell) => cell.id)).size).toBe(read.cells.length);
    }
  });
});

describe("running a notebook", () => {
  /** Runs a notebook in a process of its own, as the script does. */
  async function execute(name: string, ...cells: Notebook["cells"]) {
    const path = join(folder, `${name}.ipynb`);
    await writeFile(path, JSON.stringify(notebook(...cells)));
    const program = `import { executeNotebook } from "./src/execute-notebook.ts";
      executeNotebook(process.argv[1]).then((n) => console.log(JSON.stringify(n)), (e) => { console.error(e.message); process.exitCode = 1; });`;
    return run("node", ["--import", "tsx", "--input-type=module", "-e", program, path], { cwd: ROOT }).then(
      ({ stdout }) => ({ notebook: JSON.parse(stdout) as Notebook, error: "" }),
      (error: { stderr: string }) => ({ notebook: undefined, error: error.stderr }),
    );
  }

  it("keeps names from cell to cell, and each cell's outputs with the cell", async () => {
    const { notebook: done } = await execute(
      "names",
      code("a", 'import { display } from "@sinqbench/notebooks";\n', "const x: number = await Promise.resolve(6);"),
      { cell_type: "markdown", id: "m", metadata: {}, source: ["# words"] },
      code("b", "display('x is ' + x);\n", "display({ x });"),
    );
    expect(done!.cells.map((cell) => ("outputs" in cell ? cell.outputs : "words"))).toEqual([
      [],
      "words",
      [
        { output_type: "display_data", data: { "text/plain": ["x is 6"] }, metadata: {} },
        { output_type: "display_data", data: { "text/plain": ["{\n", '  "x": 6\n', "}"] }, metadata: {} },
      ],
    ]);
  });

  it("stops at the first cell that fails and says which", async () => {
    const { error } = await execute(
      "fails",
      code("a", "const y = 1;"),
      code("b", 'throw new Error("not so");'),
      code("c", "y;"),
    );
    expect(error).toMatch(/fails\.ipynb, code cell 2 of 3: not so/);
    const unknown = await execute("unknown", code("a", 'import "@sinqbench/nothing";'));
    expect(unknown.error).toMatch(/unknown\.ipynb, its code cannot be loaded: .*nothing/);
  });

  it("refuses a file that is no notebook of format 4", async () => {
    await writeFile(join(folder, "old.ipynb"), '{"nbformat":3,"cells":[]}');
    await expect(readNotebook(join(folder, "old.ipynb"))).rejects.toThrow("old.ipynb is not a notebook of format 4");
  });
});

describe("what cells show", () => {
  it("is text, JSON, Markdown and tables, in order, and nothing outside of a cell", () => {
    takeOutputs();
    expect(() => display("x")).toThrow("outside a notebook");
    beginCell();
    display(["a"]);
    markdown("*b*");
    beginCell();
    table([
      { name: "n", value: 1 },
      { name: "m", value: 2 },
    ]);
    expect(takeOutputs()).toEqual([
      [{ "text/plain": '[\n  "a"\n]' }, { "text/markdown": "*b*", "text/plain": "*b*" }],
      [expect.objectContaining({ "text/markdown": "| name | value |\n| --- | ---: |\n| n | 1 |\n| m | 2 |" })],
    ]);
    expect(takeOutputs()).toEqual([]);
  });

  it("goes into the file as Jupyter writes it, code left as it was", () => {
    const before = notebook(code("a", "x"), code("b", "y"));
    const after = withOutputs(before, [[{ "text/plain": "1\n\n2" }], []]);
    expect(codeCells(after)).toEqual([
      {
        ...before.cells[0],
        execution_count: 1,
        outputs: [{ output_type: "display_data", data: { "text/plain": ["1\n", "\n", "2"] }, metadata: {} }],
      },
      { ...before.cells[1], execution_count: 2, outputs: [] },
    ]);
    expect(notebookModule(before)).toBe(
      'import { beginCell } from "@sinqbench/notebooks";\nbeginCell();\nx\nbeginCell();\ny\nexport {};\n',
    );
  });
});
