import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { loadPublished, type ResultRow, resultsCsv } from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { writePage } from "./index.ts";
import { choiceExperiment, experiment, inventRows, MODEL, writeInvented } from "./testing/invented-results.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const folder = temporaryFolder();
const options = { experiments: { table1: experiment, table2: choiceExperiment }, claims: [] };

async function invented(name: string): Promise<string> {
  const path = join(folder(), name);
  await mkdir(path);
  await writeInvented(path);
  return path;
}

function chartsOf(page: string): unknown[] {
  const packed = /<script type="text\/plain" id="charts">(.*?)<\/script>/.exec(page)![1];
  return JSON.parse(inflateRawSync(Buffer.from(packed, "base64")).toString());
}

describe("the page", () => {
  it("is one file that asks for nothing, smaller than 3 MB, the same bytes for the same results", async () => {
    const results = await invented("results");
    const [first, second] = ["a.html", "b.html"].map((name) => join(folder(), name));
    const written = await writePage(results, first, options);
    await writePage(results, second, options);
    const bytes = await readFile(first);
    expect(bytes.equals(await readFile(second))).toBe(true);
    expect(written).toEqual({
      files: ["claims", "imbalance", "layers", "objective", "table1", "table2", "table10"].map(
        (name) => `${name}/tiny-model.csv`,
      ),
      bytes: bytes.length,
    });
    expect(bytes.length).toBeLessThan(3e6);
    const text = bytes.toString();
    expect(text.match(/<(?:link|script src|img src="http|iframe)/g)).toBeNull();
    expect(text).toContain("default-src &#39;none&#39;");
    expect(text).not.toContain("connect-src");
    expect(text).not.toContain("data-live>");
    expect(text).toContain("with &lt;angle&gt; brackets &amp; an ampersand");
  });

  it("has every number of the results and of the paper's table", async () => {
    const file = join(folder(), "c.html");
    await writePage(await invented("numbers"), file, options);
    const text = await readFile(file, "utf8");
    for (const row of inventRows()) expect(text).toContain(`>${row.perplexity.toFixed(3)}</td>`);
    const table = loadPublished().filter((row) => row.source === "sinq-v4" && row.table === "1");
    expect(table).toHaveLength(81);
    for (const row of table) expect(text).toContain(`>${row.printed}</td>`);
    for (const words of ["is below HQQ", "mixed", "lower in 53 of 53 cells", "12.5", "Matrix imbalance"]) {
      expect(text).toContain(words);
    }
    expect(text).toContain("--m-sinq:light-dark(#0072B2,");
    expect(text).toContain('[data-follow="sinq"]{--c:var(--m-sinq)}');
  });

  it("has published numbers beside a row, with the difference, only where it is told to", async () => {
    const file = join(folder(), "d.html");
    const published = loadPublished().find((row) => row.table === "1" && row.method === "sinq" && row.bits === "4")!;
    const beside = (row: ResultRow) =>
      row.method === "sinq" && row.bits === 4 && row.dataset === "sotu"
        ? { ...published, value: 149.5, printed: "149.50" }
        : undefined;
    await writePage(await invented("beside"), file, { ...options, beside });
    const text = await readFile(file, "utf8");
    expect(text).toContain(">149.50</td>");
    expect(text).toMatch(/>\+\d+\.\d\d<\/td><\/tr>/);
    expect(text.match(/ours − paper/g)).toHaveLength(1);
    expect(JSON.stringify(chartsOf(text))).toContain('"hollow":149.5');
  });

  it("has room for three models and every experiment of the record", async () => {
    const methods = ["bf16", "rtn", "hadamard-rtn", "hqq", "sinq", "nf4", "fp4", "asinq", "gptq", "awq", "sinq-nf4"];
    const models = ["first-model", "second-model", "third-model"];
    const pageOf = async (count: number) => {
      const results = join(folder(), `large-${count}`);
      await mkdir(results);
      const ids = Array.from({ length: count }, (_, i) => `table${100 + i}`);
      for (const model of models) {
        await writeInvented(results, model);
        const some = inventRows(model).filter((row) => row.method === "sinq");
        const rows = methods.flatMap((method, i) =>
          some.map((row) => ({ ...row, method, perplexity: row.perplexity + i * Math.PI })),
        );
        for (const id of ids) {
          await mkdir(join(results, id), { recursive: true });
          await writeFile(join(results, id, `${model}.csv`), resultsCsv(rows));
        }
      }
      const records = ids.map((id) => [id, { ...experiment, id, title: id }] as const);
      const file = join(folder(), `large-${count}.html`);
      const { bytes } = await writePage(results, file, { experiments: Object.fromEntries(records), claims: [] });
      const text = await readFile(file, "utf8");
      for (const id of ids) expect(text).toContain(`(${id}/third-model.csv)`);
      return { bytes, charts: chartsOf(text).length };
    };
    const [one, three] = [await pageOf(1), await pageOf(3)];
    expect(three.charts - one.charts).toBe(2 * (3 * 4 + 1));
    const each = (three.bytes - one.bytes) / 2;
    // The record has some 20 of them, with half as many rows in most.
    expect(one.bytes + 23 * each).toBeLessThan(3e6);
  }, 180_000);

  it("puts the paper's tables in their order, then the record's, then others, and the models as it is told", async () => {
    const results = join(folder(), "order");
    for (const model of ["a-model", "b-model"]) {
      for (const id of ["table1", "table5", "table10", "table19", "pareto", "zeta", "alpha"]) {
        await mkdir(join(results, id), { recursive: true });
        await writeFile(join(results, id, `${model}.csv`), resultsCsv(inventRows(model)));
      }
      await writeFile(join(results, "table5", `${model}.csv`), `model,overhead\n${model},0.02\n`);
    }
    await writeFile(join(results, "table5", "linear.csv"), "width,overhead\n1024,0.03\n");
    const file = join(folder(), "order.html");
    const known = ["table19", "pareto", "table1"].map((id) => [id, { ...experiment, id }] as const);
    const table5 = { title: "Overhead", about: "Of a scale.\n\nHere.", paperTable: "10" };
    const experiments = { ...Object.fromEntries(known), table5 };
    await writePage(results, file, { experiments, claims: [], models: ["b-model"] });
    const text = await readFile(file, "utf8");
    const sections = [...text.matchAll(/<section id="([^"]+)" class="block"/g)].map(([, id]) => id);
    const tables = ["table1", "table5", "table10", "table19"];
    expect(sections).toEqual(["claims", "cost", ...tables, "pareto", "alpha", "zeta", "files"]);
    expect(text).toContain('<h2 id="table5-title">Overhead</h2>');
    expect(text).toContain("<p>Of a scale.</p><p>Here.</p>");
    expect(text.split('<section id="table10"')[0]).toContain("quantization time s");
    const shown = [...text.matchAll(/data-pick="([^"]*)"/g)].map(([, model]) => model);
    expect(shown).toEqual(["", "b-model", "a-model"]);
    // What is of no model is there whatever model is shown.
    expect(text).toMatch(
      /<div class="card" data-model="a-model"><p class="caption" aria-hidden="true">Measured: a-model \(table5/,
    );
    expect(text).toMatch(/<div class="card"><p class="caption" aria-hidden="true">Measured: linear \(table5/);
    expect(text).toContain("<b>2</b> models");
    expect(text.indexOf("(table1/b-model.csv)")).toBeLessThan(text.indexOf("(table1/a-model.csv)"));
  });

  it("says once what holds for several models", async () => {
    const results = join(folder(), "notes");
    for (const model of ["a", "b", "c"]) {
      await mkdir(join(results, "table1"), { recursive: true });
      await writeFile(join(results, "table1", `${model}.csv`), resultsCsv(inventRows(model)));
    }
    const file = join(folder(), "notes.html");
    await writePage(results, file, { ...options, modelNotes: { a: "Small.", b: "Odd.", c: "Small." } });
    const text = await readFile(file, "utf8");
    expect([...text.matchAll(/<p class="caution"><b>(.*?)<\/p>/g)].map(([, words]) => words)).toEqual([
      "a, c.</b> Small.",
      "b.</b> Odd.",
    ]);
  });

  it("takes a folder that no experiment of the record has, and says what is known of a model", async () => {
    const results = join(folder(), "strange");
    await mkdir(join(results, "mine"), { recursive: true });
    await writeFile(join(results, "mine", "m.csv"), resultsCsv(inventRows("m")));
    const file = join(folder(), "e.html");
    await writePage(results, file, { experiments: {}, claims: [], modelNotes: { m: "Only <invented>.", other: "no" } });
    const text = await readFile(file, "utf8");
    expect(text).toContain('<h2 id="mine-title">mine</h2>');
    expect(text).toContain("Only &lt;invented&gt;.");
    expect(text).toContain("Not measured");
    expect(text).not.toContain("In the paper</h3>");
  });

  it("draws bits against loss for an experiment of that view, in place of its lines", async () => {
    const results = join(folder(), "pareto");
    await mkdir(join(results, "front"), { recursive: true });
    await writeFile(join(results, "front", "m.csv"), resultsCsv(inventRows("m")));
    const file = join(folder(), "g.html");
    await writePage(results, file, {
      experiments: { front: { ...experiment, id: "front", view: "pareto" } },
      claims: [],
    });
    const text = await readFile(file, "utf8");
    const charts = chartsOf(text) as { id: string }[];
    expect(charts.map(({ id }) => id)).toEqual([
      "trade-off-0-0",
      "trade-off-0-1",
      "front-0-0",
      "front-0-1",
      "front-paper",
    ]);
    for (const { id } of charts) expect(text).toContain(`data-chart="${id}"`);
  });

  it("shows the first rows of a long file of a kind it does not know", async () => {
    const results = join(folder(), "long");
    await mkdir(join(results, "log"), { recursive: true });
    const lines = Array.from({ length: 201 }, (_, i) => `line-${i},${i}`);
    await writeFile(join(results, "log", "m.csv"), `${["name,value", ...lines].join("\n")}\n`);
    const file = join(folder(), "h.html");
    await writePage(results, file, { experiments: {}, claims: [] });
    const text = await readFile(file, "utf8");
    expect(text).toContain("(log/m.csv, the first 200 of 201 rows)");
    expect(text).toContain(">line-199</td>");
    expect(text).not.toContain(">line-200</td>");
  });

  it("has every accuracy and flip rate of multiple-choice tasks, beside the paper's", async () => {
    const file = join(folder(), "i.html");
    await writePage(await invented("choices"), file, options);
    const text = await readFile(file, "utf8");
    for (const value of ["40.13", "12.63", "1.38", "302", "2.80"]) expect(text).toContain(`>${value}</td>`);
    expect(text).toContain("answers that differ from BF16");
    expect(text).toMatch(/table2-0-0[^>]*3 SINQ 12\.6; 4 SINQ 1\.4\./);
    expect(text).toContain("hellaswag flip rate %");
    const unnamed = join(folder(), "j.html");
    await writePage(await invented("unnamed"), unnamed, { ...options, experiments: {} });
    expect(await readFile(unnamed, "utf8")).toContain("accuracy, %; higher is better");
  });

  it("is whole or not there: damaged results leave the old page as it was", async () => {
    const results = await invented("damaged");
    const file = join(folder(), "f", "page.html");
    await writePage(results, file, options);
    const before = await readFile(file);
    await writeFile(join(results, "table1", `${MODEL}.csv`), "model,method\n");
    await expect(writePage(results, file, options)).rejects.toMatchObject({ code: "empty-results" });
    expect((await readFile(file)).equals(before)).toBe(true);
    expect(await readdir(join(folder(), "f"))).toEqual(["page.html"]);
  });
});
