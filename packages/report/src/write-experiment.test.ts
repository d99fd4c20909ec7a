import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { experiment, invent } from "./fixtures/rows.ts";
import { publishedRows } from "./published.ts";
import { readResultsCsv, resultsCsv } from "./results-csv.ts";
import { writeExperiment } from "./write-experiment.ts";

const MODEL = "Qwen/Qwen3-1.7B";
const SLUG = "Qwen--Qwen3-1.7B";
const published = publishedRows({ table: "1", model: MODEL });

describe("writeExperiment", () => {
  let dir: string;
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), "report-")), "results", "table1");
  });
  afterEach(() => rm(join(dir, "..", ".."), { recursive: true }));

  const bytes = async () => {
    const names = (await readdir(dir)).filter((name) => !name.endsWith(".run.json")).sort();
    return Promise.all(names.map(async (name) => [name, (await readFile(join(dir, name))).toString("base64")]));
  };

  it("writes table, chart and sidecar under the model's name, and nothing else", async () => {
    const paths = await writeExperiment(dir, MODEL, experiment, invent(), published, { seconds: 12.5 });
    const names = [".csv", ".md", ".vl.json", ".svg", ".png", ".table.csv", ".run.json"].map((end) => `${SLUG}${end}`);
    expect(paths).toEqual(names.map((name) => join(dir, name)));
    expect((await readdir(dir)).sort()).toEqual([...names].sort());
    expect(resultsCsv(await readResultsCsv(paths[0]))).toBe(resultsCsv(invent()));
    const markdown = await readFile(paths[1], "utf8");
    expect(markdown).toContain("| 4 | SINQ | 1.42 | 1.42 | **17.142** | ±0.214 | 17.14 | 0.00 |");
    expect(markdown).toContain(`(${SLUG}.svg)`);
    const wide = (await readFile(paths[5], "utf8")).split("\n");
    expect(wide[0]).toMatch(/^bits,method,memory GB,"memory GB, paper",/);
    expect(wide.find((line) => line.startsWith("4,SINQ,"))).toMatch(/^4,SINQ,1.42,1.42,17.142,0.214,17.14,0.00(,|$)/);
    expect(JSON.parse(await readFile(paths[2], "utf8")).$schema).toBe(
      "https://vega.github.io/schema/vega-lite/v6.json",
    );
    expect(JSON.parse(await readFile(paths[6], "utf8"))).toEqual({ seconds: 12.5 });
  });

  it("leaves the same bytes for the same rows, whatever the sidecar says", async () => {
    await writeExperiment(dir, MODEL, experiment, invent(), published, { seconds: 1 });
    const first = await bytes();
    expect(first).toHaveLength(6);
    await writeExperiment(dir, MODEL, experiment, invent(), published, { seconds: 2 });
    expect(await bytes()).toEqual(first);
  });

  it("shows no published number unless it is passed, and no column for errors that are unknown", async () => {
    const rows = invent(MODEL, { perplexity_se: null, delta_nll_se: null, windows: 1 });
    const [, markdown, spec] = await writeExperiment(dir, MODEL, experiment, rows);
    expect(await readFile(markdown, "utf8")).not.toMatch(/paper|std err/);
    expect(await readFile(spec, "utf8")).not.toMatch(/"published": \d/);
  });

  it.each([
    ["no rows", [], "no-result-rows"],
    ["rows of another model", [...invent(MODEL), ...invent("other")], "mixed-models"],
    ["a perplexity that is not a number", invent(MODEL, { perplexity: Number.NaN }), "result-not-finite"],
  ])("writes nothing for %s", async (_, rows, code) => {
    await expect(writeExperiment(dir, MODEL, experiment, rows)).rejects.toMatchObject({ code });
    await expect(readdir(dir)).rejects.toThrow("ENOENT");
  });
});
