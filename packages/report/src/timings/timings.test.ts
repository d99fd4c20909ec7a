import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedRows } from "../published.ts";
import { pairedOverhead } from "./paired-overhead.ts";
import { type ProductTimeRow, productTimesCsv, readProductTimesCsv } from "./product-time-row.ts";
import { productTimesChart } from "./product-times-chart.ts";
import { productTimesMarkdown } from "./product-times-markdown.ts";
import { type QuantizationTimeRow, quantizationTimesCsv, readQuantizationTimesCsv } from "./quantization-time-row.ts";
import { quantizationTimesChart } from "./quantization-times-chart.ts";
import { quantizationTimesMarkdown } from "./quantization-times-markdown.ts";
import type { ProductTimeExperiment, QuantizationTimeExperiment } from "./timing-experiment.ts";
import { writeProductTimes, writeQuantizationTimes } from "./write-timings.ts";

const quantizing: QuantizationTimeExperiment = {
  ...{ id: "table10", title: "Times", about: "", paperTable: "10" },
  ...{ methods: ["rtn", "hqq", "asinq:aux=u8", "sinq"], bits: [4], groupSize: 64 },
  ...{ tiling: "1d", aux: "f16", paperModels: [] },
};
const multiplying: ProductTimeExperiment = {
  ...{ id: "table5", title: "Products", about: "", paperTable: "5" },
  ...{ groupSize: 64, widths: [1024], tokens: [1] },
};
const machine = { processor: "Some CPU", threads: 2, kernels: "C++ kernels (g++, AVX2), 2 threads" };

const time = (method: string, seconds: number, rest: Partial<QuantizationTimeRow> = {}): QuantizationTimeRow => ({
  ...{ model: "Qwen3-1.7B", method, bits: 4, group_size: 64, tiling: "1d", aux: "f16" },
  ...{ options: null, calibration: null },
  ...machine,
  ...{ repeats: 3, weights: 1_000_000, seconds, seconds_std: 0.25, calibration_seconds: 0, statistics_seconds: 0 },
  ...{ weights_per_second: 1e6 / seconds, times_rtn: seconds / 2, times_rtn_calibrated: seconds / 2 },
  ...rest,
});
const times = [
  time("sinq", 6),
  time("rtn", 2),
  time("hqq", 4),
  time("asinq", 8, {
    ...{ options: "aux=u8", calibration: "8 x 64 tokens of moby-dick" },
    ...{ calibration_seconds: 10, statistics_seconds: 1.5, times_rtn_calibrated: 9.75 },
  }),
];

const product = (width: number, tokens: number): ProductTimeRow => ({
  ...{ width, tokens, bits: 4, group_size: 64 },
  ...machine,
  ...{
    pairs: 101,
    plain_ms: 0.125,
    scaled_ms: 0.1275,
    overhead_percent: 1.75,
    overhead_low: -0.5,
    overhead_high: 2.25,
  },
  ...{ gigabytes_per_second: 10.5, share_of_copy: 0.625 },
});
const products = [product(1024, 1), product(4096, 64)];

const table10 = publishedRows({ table: "10" });
const table5 = publishedRows({ table: "5" });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sinqbench-timings-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Cells of the line of a Markdown table that starts with these. */
function cells(markdown: string, ...start: string[]): string[] {
  const line = markdown.split("\n").find((text) => text.startsWith(`| ${start.join(" | ")} |`))!;
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("pairedOverhead", () => {
  it("is the median of the pairs' ratios, not the ratio of medians", () => {
    const { median } = pairedOverhead([1, 10, 100], [1.5, 11, 101]);
    expect(median).toBeCloseTo(0.1, 12);
  });

  it.each([
    // Binomial tables: of 10 tosses at most 1 head has 1.07 %, 2 have 5.47 %; of 20 at most 5 have 2.07 %, 6 have 5.77 %.
    [5, 0],
    [6, 0],
    [8, 0],
    [9, 1],
    [10, 1],
    [20, 5],
    [101, 40],
    [2001, 956],
  ])("leaves out of %i pairs the %i lowest and highest", (pairs, left) => {
    const plain = new Array(pairs).fill(1);
    const scaled = plain.map((_, i) => 1 + ((i * 7) % pairs));
    const sorted = scaled.toSorted((a, b) => a - b);
    const { low, high } = pairedOverhead(plain, scaled);
    expect([low, high]).toEqual([sorted[left] - 1, sorted[pairs - 1 - left] - 1]);
  });
});

describe("times as CSV", () => {
  it("come back as they were written", async () => {
    const path = join(folder, "rows.csv");
    await writeFile(path, quantizationTimesCsv(times));
    expect(await readQuantizationTimesCsv(path)).toEqual(
      times.map((row) => ({ ...row, weights_per_second: Number(row.weights_per_second.toPrecision(5)) })),
    );
    const single = { ...times[1], seconds_std: null, times_rtn: null, times_rtn_calibrated: null };
    await writeFile(path, quantizationTimesCsv([single]));
    expect(await readQuantizationTimesCsv(path)).toEqual([single]);
    await writeFile(path, productTimesCsv(products));
    expect(await readProductTimesCsv(path)).toEqual(products);
  });

  it("are refused where a number is none, by name", () => {
    const failed = (message: RegExp) =>
      expect.objectContaining({ code: "time-not-finite", message: expect.stringMatching(message) });
    expect(() => quantizationTimesCsv([time("rtn", Number.NaN)])).toThrow(failed(/Qwen3-1.7B, rtn: seconds/));
    const bad = { ...products[1], plain_ms: Number.POSITIVE_INFINITY };
    expect(() => productTimesCsv([bad])).toThrow(failed(/4096 x 4096, 64 rows of inputs: plain_ms/));
  });
});

describe("times to quantize as Markdown", () => {
  it("stand in the paper's order, with calibration where there was any, and its factors beside", () => {
    const markdown = quantizationTimesMarkdown(
      quantizing,
      times,
      table10.filter((row) => row.model === "all"),
    );
    const lines = markdown.split("\n").filter((line) => line.startsWith("| 4 |"));
    expect(lines.map((line) => line.split(" | ")[1])).toEqual(["RTN", "HQQ", "A-SINQ (aux=u8)", "SINQ"]);
    expect(cells(markdown, "4", "A-SINQ (aux=u8)").slice(2)).toEqual([
      ...["8.00 ± 0.25", "10.0", "1.50", "0.125", "4.00", "9.75", "8.54"],
    ]);
    expect(cells(markdown, "4", "SINQ").slice(2)).toEqual(["6.00 ± 0.25", "", "", "0.167", "3.00", "3.00", "1.09"]);
    expect(markdown).toContain("Some CPU, threads: 2; C++ kernels (g++, AVX2), 2 threads");
    expect(markdown).toContain("Calibrated on 8 x 64 tokens of moby-dick");
    expect(markdown).not.toContain("paper: seconds");
  });

  it("say where the order is not the paper's, or that it is", () => {
    const words = quantizationTimesMarkdown(quantizing, times, table10);
    // The paper: RTN 1, SINQ 1.09, HQQ 2.32, A-SINQ 8.54. Here HQQ takes 4 seconds and SINQ 6.
    expect(words).toContain("fastest first, has SINQ before HQQ; here it is the other way round");
    const same = [time("rtn", 2), time("sinq", 3), time("hqq", 4)];
    expect(quantizationTimesMarkdown(quantizing, same, table10)).toContain(
      "The order of the methods, fastest first, is the paper's",
    );
  });

  it("have the paper's seconds only where they are given, with their spread and line", () => {
    const own = table10.filter((row) => ["all", "Qwen/Qwen3-1.7B"].includes(row.model));
    const markdown = quantizationTimesMarkdown(quantizing, times, own);
    const line = own.find((row) => row.method === "hqq" && row.metric === "quantization_time")!.line;
    expect(cells(markdown, "4", "HQQ").slice(-3)).toEqual(["2.32", "3.65 ± 0.13", String(line)]);
  });

  it("have nothing of the paper beside other bits", () => {
    const markdown = quantizationTimesMarkdown({ ...quantizing, bits: [3] }, [time("rtn", 2, { bits: 3 })], table10);
    expect(cells(markdown, "3", "RTN").at(-1)).toBe("");
  });
});

describe("products as Markdown", () => {
  it("have the overhead with its interval, the share of a copy, and the paper's where it has them", () => {
    const markdown = productTimesMarkdown(multiplying, products, table5);
    const line = table5.find((row) => row.metric === "overhead" && row.model === "linear-D1024-B1")!.line;
    expect(cells(markdown, "1024 x 1024", "1").slice(2)).toEqual([
      ...["0.1250", "0.1275", "1.75", "-0.50 to 2.25", "10.5", "63 %"],
      ...["0.0446", "0.0454", "1.8", String(line)],
    ]);
    expect(cells(markdown, "4096 x 4096", "64").slice(-4)).toEqual(["", "", "", ""]);
  });
});

describe("charts of times", () => {
  it("draw seconds and factors of every method, rings only for those with calibration", () => {
    const chart = quantizationTimesChart(quantizing, times, table10) as unknown as {
      data: { values: Record<string, unknown>[] };
    };
    const { values } = chart.data;
    expect(values.map(({ line }) => line)).toEqual(["RTN", "HQQ", "A-SINQ (aux=u8)", "SINQ"]);
    expect(values[2]).toMatchObject({
      seconds: 8,
      low: 7.75,
      high: 8.25,
      calibrated: 19.5,
      factorCalibrated: 9.75,
      paper: 8.54,
    });
    expect(values[3]).toMatchObject({ calibrated: null, factor: 3, factorCalibrated: null, paper: 1.09 });
  });

  it("draw the overhead with its interval and the paper's", () => {
    const chart = productTimesChart(multiplying, products, table5) as unknown as {
      data: { values: Record<string, unknown>[] };
    };
    expect(chart.data.values).toEqual([
      { line: "1024 × 1024, 1 row", value: 1.75, low: -0.5, high: 2.25, paper: 1.8, words: "1.8 %" },
      { line: "4096 × 4096, 64 rows", value: 1.75, low: -0.5, high: 2.25, paper: null, words: "1.8 %" },
    ]);
  });
});

describe("files of times", () => {
  it("are the five of every experiment", async () => {
    const endings = [".csv", ".md", ".png", ".svg", ".vl.json"];
    await writeQuantizationTimes(join(folder, "ten"), quantizing, times, table10);
    expect((await readdir(join(folder, "ten"))).toSorted()).toEqual(endings.map((ending) => `Qwen3-1.7B${ending}`));
    const paths = await writeProductTimes(join(folder, "five"), multiplying, products, table5);
    expect(paths.toSorted()).toEqual(endings.map((ending) => join(folder, "five", `linear${ending}`)));
    expect(await readFile(paths[1], "utf8")).toContain("![Products](linear.svg)");
  });

  it("are refused without rows, or with those of two models", async () => {
    await expect(writeQuantizationTimes(folder, quantizing, [], [])).rejects.toThrow(/no result rows/);
    await expect(writeProductTimes(folder, multiplying, [], [])).rejects.toThrow(/no result rows/);
    const mixed = [times[0], { ...times[1], model: "other" }];
    await expect(writeQuantizationTimes(folder, quantizing, mixed, [])).rejects.toThrow(/hold a row of other/);
  });
});
