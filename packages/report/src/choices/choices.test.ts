import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedRows } from "../published.ts";
import type { ChoiceExperiment } from "./choice-experiment.ts";
import { type ChoiceRow, choicesCsv, readChoicesCsv } from "./choice-row.ts";
import { choicesChart } from "./choices-chart.ts";
import { choicesMarkdown } from "./choices-markdown.ts";
import { writeChoices } from "./write-choices.ts";

const experiment: ChoiceExperiment = {
  id: "table2",
  title: "Flip rates",
  about: "",
  paperTable: "2",
  metric: "flip_rate",
  methods: ["rtn", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: [],
};

const row = (method: string, bits: number, task: string, flips: number): ChoiceRow => ({
  model: "Qwen3-14B",
  method,
  bits,
  group_size: method === "bf16" ? null : 64,
  tiling: method === "bf16" ? null : "1d",
  aux: method === "bf16" ? null : "f16",
  options: null,
  calibration: null,
  task,
  items: 200,
  accuracy: 60.5 - flips,
  accuracy_se: 1.25,
  accuracy_norm: 55,
  accuracy_norm_se: 1.5,
  flip_rate: flips,
  flip_rate_se: 0.75,
  bits_per_weight: 4.5,
  memory_gb: 1.5,
  items_sha256: "0".repeat(16),
  tokens_sha256: "1".repeat(16),
});

const rows = ["hellaswag", "piqa"].flatMap((task, i) => [
  row("bf16", 16, task, 0),
  row("sinq", 4, task, 4 + i),
  row("rtn", 4, task, 6 + i),
  row("sinq", 3, task, 8 + i),
]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sinqbench-choices-report-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("choices as CSV", () => {
  it("come back as they were written", async () => {
    const path = join(folder, "rows.csv");
    await writeFile(path, choicesCsv(rows));
    expect(await readChoicesCsv(path)).toEqual(rows);
    await writeFile(path, choicesCsv([{ ...rows[0], accuracy_se: null, flip_rate_se: null }]));
    expect(await readChoicesCsv(path)).toEqual([{ ...rows[0], accuracy_se: null, flip_rate_se: null }]);
  });

  it("are refused where a number is none, by name", () => {
    expect(() => choicesCsv([{ ...rows[1], accuracy: Number.NaN }])).toThrow(
      expect.objectContaining({
        code: "choice-not-finite",
        message: expect.stringMatching(/Qwen3-14B, sinq at 4 bits on hellaswag: accuracy/),
      }),
    );
  });
});

describe("choices as Markdown", () => {
  it("list methods in the paper's order, every task beside the others", () => {
    const lines = choicesMarkdown(experiment, rows, []).split("\n");
    const body = lines.filter((line) => /^\| \d/.test(line)).map((line) => line.split(" | ").slice(0, 3).join(" | "));
    expect(body).toEqual([
      "| 16 | BF16 | 0.00 ± 0.75",
      "| 3 | SINQ | 8.00 ± 0.75",
      "| 4 | RTN | 6.00 ± 0.75",
      "| 4 | SINQ | 4.00 ± 0.75",
    ]);
    expect(lines.find((line) => line.includes("| 4 | SINQ"))).toBe(
      "| 4 | SINQ | 4.00 ± 0.75 | 56.50 ± 1.25 | 55.00 ± 1.50 | 5.00 ± 0.75 | 55.50 ± 1.25 | 55.00 ± 1.50 | 4.50 |",
    );
    expect(lines.join("\n")).not.toContain("Beside the paper");
  });

  it("stand beside every published number of their tasks, measured or not", () => {
    const published = publishedRows({ table: "2", model: "Qwen/Qwen3-14B" }).filter(({ metric }) =>
      metric.startsWith("hellaswag"),
    );
    const text = choicesMarkdown(experiment, rows, published);
    const beside = text
      .slice(text.indexOf("#### Beside the paper"))
      .split("\n")
      .filter((line) => /^\| \d/.test(line));
    expect(beside).toHaveLength(published.length);
    const cell = published.find(({ method, bits }) => method === "rtn" && bits === "4")!;
    expect(cell.printed).toBe("2.92");
    expect(beside).toContain(`| 4 | RTN | hellaswag | 6.00 | 2.92 | 3.08 | ${cell.line} |`);
    expect(beside.filter((line) => line.startsWith("| 4 | NF4 (BnB) | hellaswag | not run |"))).toHaveLength(1);
    expect(beside.filter((line) => line.includes("not run")).length).toBe(published.length - 3);
  });
});

describe("choices as a chart", () => {
  it("has a panel for every task, and error bars of two standard errors within 0 and 100 %", () => {
    const spec = JSON.parse(JSON.stringify(choicesChart(experiment, rows)));
    expect(spec.hconcat).toHaveLength(2);
    const { values } = spec.hconcat[0].data;
    expect(values.map(({ line }: { line: string }) => line)).toEqual(["SINQ, 3 bits", "RTN, 4 bits", "SINQ, 4 bits"]);
    expect(values[0]).toMatchObject({ value: 8, low: 6.5, high: 9.5 });
    const few = choicesChart(experiment, [rows[0], { ...rows[1], flip_rate: 0.5 }]);
    expect(JSON.parse(JSON.stringify(few)).hconcat[0].data.values[0]).toMatchObject({ low: 0, high: 2 });
  });

  it("shows the checkpoint's own weights where accuracy is the metric", () => {
    const spec = JSON.parse(JSON.stringify(choicesChart({ ...experiment, metric: "accuracy" }, rows)));
    expect(spec.hconcat[1].data.values[0]).toMatchObject({ line: "BF16", value: 60.5, low: 58, high: 63 });
  });
});

describe("writeChoices", () => {
  it("leaves the same files with the same bytes", async () => {
    const files = async (name: string) => {
      const dir = join(folder, name);
      await writeChoices(dir, experiment, rows, [], { started: name });
      const names = (await readdir(dir)).sort();
      expect(names).toEqual(
        ["csv", "md", "png", "run.json", "svg", "table.csv", "vl.json"].map((end) => `Qwen3-14B.${end}`),
      );
      return Promise.all(names.filter((file) => !file.endsWith(".run.json")).map((file) => readFile(join(dir, file))));
    };
    expect(await files("once")).toEqual(await files("twice"));
    const wide = await readFile(join(folder, "once", "Qwen3-14B.table.csv"), "utf8");
    expect(wide.split("\n")).toEqual([
      "bits,method,hellaswag,piqa,average",
      "16,BF16,0.00,0.00,0.00",
      "3,SINQ,8.00,9.00,8.50",
      "4,RTN,6.00,7.00,6.50",
      "4,SINQ,4.00,5.00,4.50",
      "",
    ]);
  });

  it("refuses no rows, and rows of two models", async () => {
    await expect(writeChoices(folder, experiment, [])).rejects.toMatchObject({ code: "no-result-rows" });
    await expect(writeChoices(folder, experiment, [rows[0], { ...rows[1], model: "other" }])).rejects.toMatchObject({
      code: "mixed-models",
    });
  });
});
