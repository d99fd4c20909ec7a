import { type LayerRow, type ObjectiveRow, publishedRows, tableLines, textNames } from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { layersSection } from "../html/layers-section.ts";
import { objectiveSection } from "../html/objective-section.ts";
import { resultsTable } from "../html/results-table.ts";
import type { PerplexityTable } from "../results/read-results.ts";
import { experiment, inventRows } from "../testing/invented-results.ts";
import { type PageChart, pageChart } from "./chart.ts";
import { textCharts } from "./experiment-charts.ts";
import { layerCharts, layerMarks } from "./layer-charts.ts";
import { objectiveCharts } from "./objective-charts.ts";
import { methodOfPublished, paperChart } from "./paper-chart.ts";
import { tradeOffChart } from "./trade-off-chart.ts";

const rows = inventRows("m");
const tableOf = (own = rows): PerplexityTable => ({
  kind: "perplexity",
  path: "table1/m.csv",
  experiment: "table1",
  model: "m",
  sha256: "",
  rows: own,
});
const none = () => undefined;

/** Every datum that stands for a cell, from the first data set of a compiled chart. */
function data({ spec }: PageChart): Record<string, unknown>[] {
  const [source] = spec.data as { values: Record<string, unknown>[] }[];
  return source.values;
}
const charts = (own = rows, beside: Parameters<typeof textCharts>[5] = none) =>
  textCharts("id", experiment, tableOf(own), "sotu", (row) => textNames(own)(row) === "sotu", beside);

describe("charts of a text", () => {
  it("have a mark for each method and width with its error to both sides, and BF16 as the reference", () => {
    const [loss, perplexity] = charts();
    expect(data(loss)).toHaveLength(6);
    expect(data(loss).find(({ line }) => line === "3 SINQ")).toMatchObject({
      method: "sinq",
      color: "var(--m-sinq)",
      value: 0.0281,
      low: 0.0275,
      high: 0.0287,
      label: "+0.028",
    });
    expect(data(loss).find(({ line }) => line === "4 RTN")).toMatchObject({ value: 0.007, label: "+0.007" });
    const value = Math.exp(5.008 + 0.0281);
    expect(data(perplexity).find(({ line }) => line === "3 SINQ")).toMatchObject({
      value: Number(value.toFixed(4)),
      low: Number((value * 0.98).toFixed(4)),
      high: Number((value * 1.02).toFixed(4)),
    });
    expect(JSON.stringify(perplexity.spec)).toContain(`BF16 ${Math.exp(5.008).toFixed(2)}`);
    expect(loss.description).toContain("3 RTN +0.024; 3 HQQ +0.020; 3 SINQ +0.028; 4 RTN");
  });

  it("stand on a logarithmic axis where perplexities are far apart, and never below 1", () => {
    const wild = rows.map((row) => (row.method === "rtn" ? { ...row, perplexity: 5000, perplexity_se: 6000 } : row));
    const [, perplexity] = charts(wild);
    expect(JSON.stringify(perplexity.spec.axes)).toContain("log scale");
    expect(data(perplexity).find(({ line }) => line === "3 RTN")).toMatchObject({ low: 1, label: "5000" });
    expect(JSON.stringify(charts()[1].spec.axes)).not.toContain("log scale");
  });

  it("leave the loss out where BF16 was not evaluated", () => {
    const alone = rows
      .filter((row) => row.method !== "bf16")
      .map((row) => ({ ...row, delta_nll: null, delta_nll_se: null }));
    expect(charts(alone).map(({ id }) => id)).toEqual(["id-perplexity"]);
  });
});

describe("the paper's chart", () => {
  it("has the losses that its printed perplexities give, with each number's line", () => {
    const chart = paperChart("p", experiment, publishedRows({ table: "1" }))!;
    const sinq = data(chart).find(({ line, series }) => line === "3 SINQ" && series === "Qwen3-1.7B, WikiText-2")!;
    expect(sinq).toMatchObject({ method: "sinq", value: Number(Math.log(22.39 / 16.67).toFixed(6)) });
    expect(JSON.stringify(sinq.facts)).toMatch(/table 1, line \d+ of published\.csv/);
    expect(data(chart)).toHaveLength(8 * 3 * 2);
    expect(paperChart("p", experiment, publishedRows({ table: "2" }))).toBeUndefined();
  });

  it("knows the paper's names of methods, and keeps those that it does not know", () => {
    expect(["bnb-nf4", "sinq", "higgs"].map(methodOfPublished)).toEqual(["nf4", "sinq", "higgs"]);
  });
});

describe("bits against loss", () => {
  it("needs two methods to say anything, and takes what two files repeat once", () => {
    const of = (own = rows) =>
      tradeOffChart("t", "sotu", [tableOf(own), tableOf(own)], (row) => row.dataset === "sotu");
    expect(data(of()!)).toHaveLength(6);
    const some = (count: number) => rows.filter((row) => row.bits === 4).slice(0, count * 2);
    expect(data(of(some(2))!)).toHaveLength(2);
    expect(of(some(1))).toBeUndefined();
    expect(data(of()!).find(({ name, bits }) => name === "SINQ" && bits === 3.76)).toMatchObject({
      loss: 0.0281,
      low: 0.0275,
      high: 0.0287,
    });
  });
});

describe("layers", () => {
  const row: LayerRow = {
    ...{
      model: "m",
      layer: 1,
      type: "q",
      tensor: "self_attn.q_proj.weight",
      rows: 64,
      cols: 128,
      bits: 4,
      group_size: 64,
    },
    ...{ imbalance_before: 3, imbalance_after: 1.05, kurtosis_before: 3.1, kurtosis_after: 2.8, kurtosis_awq: 3.4 },
    ...{ kurtosis_asinq: 2.9, r2_column_scale: 0.25, weight_error_rtn: 0.09, weight_error_sinq: 0.088 },
    ...{ output_error_rtn: 0.05, output_error_sinq: 0.04 },
  };
  const types = Array.from({ length: 9 }, (_, i) => ({ ...row, type: `t${i}`, imbalance_before: 3 + i }));
  const table = (rows: LayerRow[]) =>
    ({ kind: "layers", path: "layers/m.csv", experiment: "layers", model: "m", sha256: "", rows }) as const;
  const marks = ({ chart }: { chart: PageChart }) => data(chart);

  it("are four charts with a mark for each, what it is on hover, told apart by colour or shape", () => {
    const charts = layerCharts("l", table(types));
    expect(charts.map(({ chart }) => chart.id)).toEqual(["l-imbalance", "l-kurtosis", "l-rounded", "l-inputs"]);
    for (const chart of charts) expect(marks(chart)).toHaveLength(9);
    expect(marks(charts[0])[2]).toMatchObject({ x: 5, y: 0.8, method: "sinq" });
    expect(marks(charts[1])[0]).toMatchObject({ x: 3.1, y: 0.8 });
    expect(marks(charts[2])[0]).toMatchObject({ x: 3.4, y: 2.9 });
    expect(marks(charts[3])[0]).toMatchObject({ x: 0.25, y: 0.8 });
    expect(new Set(layerMarks(types).map(({ color, shape }) => color + shape)).size).toBe(9);
    const words = JSON.stringify(marks(charts[0])[0].facts);
    for (const part of ["t0, block 1", "64 x 128", "3.00 to 1.05 by SINQ", "RTN 0.0500, SINQ 0.0400", "layers/m.csv"])
      expect(words).toContain(part);
  });

  it("draw even one layer that normalization leaves as it is", () => {
    const same = { ...row, output_error_sinq: row.output_error_rtn, kurtosis_asinq: row.kurtosis_awq };
    expect(layerCharts("l", table([same]))).toHaveLength(4);
  });

  it("have medians by type in their table", () => {
    const three = [1, 2, 30].map((imbalance_before, i) => ({
      ...row,
      imbalance_before,
      output_error_sinq: 0.04 + 0.008 * i,
    }));
    const { text } = layersSection("layers", [table(three)]).html;
    expect(text).toContain('<td>q</td><td class="num">3</td><td class="num">2.00</td>');
    expect(text).toContain(">2 of 3</td>");
    expect(text).toContain("layers/m.csv has every layer");
  });
});

describe("the objective", () => {
  const row = (method: string, more: Partial<ObjectiveRow>): ObjectiveRow => ({
    ...{ model: "m", method, bits: 3, group_size: 64, tiling: "1d", aux: "f16", options: null, layers: 28 },
    ...{ imbalance: 2.5, kurtosis: 2.8, weight_error: 0.2, output_error: 0.19, dataset: "sotu", protocol: "gptq-256" },
    ...{ windows: 128, perplexity: 150.5, delta_nll: 0.021, delta_nll_se: 0.0006, ...more },
  });
  const rows = [
    row("rtn", {}),
    row("sinq", { imbalance: 1.2, delta_nll: 0.018, options: "iterations=4" }),
    row("sinq", { imbalance: 1.5, delta_nll: 0.019, tiling: "2d" }),
    row("rtn", { bits: 4, delta_nll_se: null }),
  ];
  const table = {
    kind: "objective",
    path: "objective/m.csv",
    experiment: "objective",
    model: "m",
    sha256: "",
    rows,
  } as const;
  const experiment = { methods: ["rtn", "sinq"], bits: [3, 4] };

  it("is loss against four measures for each width, settings told apart, with the order in numbers", () => {
    const drawn = objectiveCharts("o", table, tableLines(experiment, rows));
    expect(drawn.map(({ dataset, bits }) => `${dataset} ${bits}`)).toEqual(["sotu 3", "sotu 4"]);
    const [imbalance, kurtosis] = drawn[0].charts;
    expect(imbalance.title).toBe("imbalance; rank correlation +1.00");
    // It is the same for all.
    expect(kurtosis.title).toBe("kurtosis");
    const marks = data(imbalance.chart);
    expect(marks.map(({ x, y, low, high, shape, color }) => [x, y, low, high, shape, color])).toEqual([
      [2.5, 0.021, 0.0204, 0.0216, "circle", "var(--m-rtn)"],
      [1.2, 0.018, 0.0174, 0.0186, "diamond", "var(--m-sinq)"],
      [1.5, 0.019, 0.0184, 0.0196, "square", "var(--m-sinq)"],
    ]);
    expect(JSON.stringify(marks[1].facts)).toContain("iterations=4");
    expect(data(drawn[1].charts[3].chart)[0]).toMatchObject({ x: 0.19, low: 0.021, high: 0.021 });
  });

  it("has every setting in its table", () => {
    const { text } = objectiveSection("objective", { title: "Goal", about: "Why." }, [table]).html;
    expect(text.match(/<tr data-method="/g)).toHaveLength(4);
    expect(text).toContain('<td>sotu</td><td class="num">1.2000</td><td class="num">2.8000</td>');
    expect(text).toContain('<h2 id="objective-title">Goal</h2>');
  });
});

it("a chart with a mistake in it is refused by name", () => {
  const x = { field: "a", type: "quantitative", scale: { type: "log", zero: false } } as const;
  const broken = { data: { values: [{ a: 1 }] }, mark: "point", encoding: { x } } as const;
  expect(() => pageChart("broken", "", [], broken)).toThrow(/chart broken is not sound/);
});

describe("the measured table", () => {
  it("marks the lowest perplexity of each width and text, ties too, and BF16 never", () => {
    const bold = (own: typeof rows) =>
      resultsTable(experiment, tableOf(own), tableLines(experiment, own), none)
        .rows.filter(({ cells }) => cells[3].best)
        .map(({ method, cells }) => `${method} ${String(cells[1].text)} ${String(cells[2].text)}`);
    expect(bold(rows)).toEqual(["hqq 3 moby-dick", "hqq 3 sotu", "rtn 4 moby-dick", "hqq 4 sotu"]);
    const level = rows.map((row) => ({ ...row, perplexity: 100 }));
    expect(bold(level)).toHaveLength(12);
    expect(bold(rows.filter((row) => row.method === "sinq" || row.method === "bf16"))).toEqual([]);
  });
});
