import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { experiment, invent } from "./fixtures/rows.ts";
import { fontFiles } from "./fonts.ts";
import { METHOD_STYLES } from "./method-styles.ts";
import { publishedRows } from "./published.ts";
import { renderSvg } from "./render-chart.ts";
import { tableChart } from "./table-chart.ts";

const published = publishedRows({ table: "1" });
type Rows = ReturnType<typeof invent>;

/** The texts of a chart in the order in which they are drawn. */
const drawn = async (rows: Rows, beside = published.slice(0, 0)) => {
  const svg = await renderSvg(tableChart(experiment, rows, beside));
  return [...svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)/g)].map(([, text]) => text.replaceAll("&#39;", "'"));
};
const json = (rows: Rows, beside = published.slice(0, 0)) => JSON.stringify(tableChart(experiment, rows, beside));
/** Horizontal axes of the panels, in order: perplexity and difference of each text. */
const axes = (rows: Rows, beside = published.slice(0, 0)) => {
  const spec = tableChart(experiment, rows, beside) as unknown as { vconcat: { hconcat: { layer: Layer[] }[] }[] };
  return spec.vconcat.flatMap((text) => text.hconcat.map((panel) => panel.layer.at(-1)!.encoding.x));
};
interface Layer {
  encoding: { x: { title: string; scale: { type: string; domain: [number, number] } } };
}

describe("tableChart", () => {
  it("says experiment, model, settings, and of each text its protocol and windows", async () => {
    const texts = await drawn(invent());
    expect(texts).toEqual(
      expect.arrayContaining([
        "Table 1: weight-only quantization without calibration",
        "Qwen/Qwen3-1.7B; group size 64, 1D tiling, f16 scales",
        "WikiText2",
        "gptq-2048, 146 windows of 2048 tokens",
        "C4",
        "c4-256, 256 windows of 2048 tokens",
        "Perplexity; lower is better",
        "Paired difference of the loss to BF16, nats per token",
      ]),
    );
  });

  it("names bits and methods in the order of the paper", async () => {
    const texts = await drawn(invent());
    const names = texts.filter((text) => /^(\d bits|RTN|Hadamard \+ RTN|HQQ|SINQ)$/.test(text));
    const methods = ["RTN", "Hadamard + RTN", "HQQ", "SINQ"];
    const panel = ["3 bits", ...methods, "4 bits", ...methods];
    expect(names).toEqual([...panel, ...panel]);
  });

  it("writes each value and difference, and that of bf16 at its rule", async () => {
    const texts = await drawn(invent());
    for (const text of ["17.14", "22.39", "+0.028", "+0.295", "BF16 16.67", "19.83", "+0.032", "BF16 19.21"]) {
      expect(texts).toContain(text);
    }
    const better = invent().map((row) => (row.method === "rtn" ? { ...row, delta_nll: -0.0114 } : row));
    expect(await drawn(better)).toContain("\u22120.011");
    const close = invent().map((row) => (row.method === "rtn" ? { ...row, delta_nll: -0.00012 } : row));
    expect(await drawn(close)).toContain("\u22120.00012");
    const equal = invent().map((row) => (row.method === "rtn" ? { ...row, delta_nll: -0.000001 } : row));
    expect(await drawn(equal)).toContain("0.00000");
  });

  it("has room on its axes for all error bars and published numbers, and zero in the difference", () => {
    const rows = invent().map((row) => (row.method === "hqq" ? { ...row, perplexity_se: 6 } : row));
    const far = published.map((row) => ({ ...row, value: row.value + 20 }));
    const [perplexity, delta] = axes(rows, far).map((x) => x.scale.domain);
    expect(perplexity[0]).toBeLessThan(18.9613 - 6);
    expect(perplexity[0]).toBeGreaterThan(10);
    expect(perplexity[1]).toBeGreaterThan(32.43 + 20);
    expect(delta[0]).toBeLessThan(0);
    expect(axes(invent()).map((x) => x.scale.type)).toEqual(Array(4).fill("linear"));
  });

  it("takes a logarithmic axis, and says so, where a method diverged", async () => {
    const rows = invent().map((row) =>
      row.method === "rtn" && row.bits === 3 && row.dataset === "C4"
        ? { ...row, perplexity: 97, perplexity_se: 500 }
        : row,
    );
    expect(axes(rows).map((x) => x.scale.type)).toEqual(["linear", "linear", "log", "linear"]);
    const [, , c4] = axes(rows);
    expect(c4.title).toBe("Perplexity (log scale); lower is better");
    expect(c4.scale.domain[0]).toBeGreaterThan(0);
    expect(c4.scale.domain[1]).toBeGreaterThan(597);
  });

  it("draws published numbers only when they are passed", async () => {
    expect(json(invent())).not.toContain("diamond");
    expect(await drawn(invent())).not.toEqual(expect.arrayContaining([expect.stringContaining("Hollow")]));
    const texts = await drawn(invent(), published);
    expect(texts).toContain("Hollow diamonds: SINQ paper (arXiv 2509.22944 v4), table 1");
    expect(json(invent(), published)).toContain('"published":17.14');
    const svg = await renderSvg(tableChart(experiment, invent(), published));
    expect(svg.match(/<path [^>]*stroke-width="1\.4"/g)).toHaveLength(16);
  });

  it("gives a method the same colour whatever stands beside it", () => {
    for (const rows of [invent(), invent().filter((row) => row.method === "sinq" || row.method === "bf16")]) {
      const [{ color }] = colors(rows);
      expect(color.range[color.domain.indexOf("SINQ")]).toBe(METHOD_STYLES.sinq.color);
    }
  });

  it("rounds its data as the CSV does, so that the last bits of a float leave no trace", () => {
    const shaken = invent().map((row) => ({
      ...row,
      perplexity: row.perplexity * (1 + 1e-9),
      delta_nll: row.delta_nll! + 1e-12,
    }));
    expect(json(shaken)).toBe(json(invent()));
  });

  it("leaves out the difference where there is no bf16 on the same windows", async () => {
    const rows = invent("m", { delta_nll: null, delta_nll_se: null }).filter((row) => row.method !== "bf16");
    expect(axes(rows)).toHaveLength(2);
    expect((await drawn(rows)).filter((text) => text.startsWith("BF16"))).toEqual([]);
  });

  it("shows the checkpoint's own weights alone as a line of their own, without a difference to itself", async () => {
    const rows = invent().filter((row) => row.method === "bf16");
    expect(axes(rows)).toHaveLength(2);
    expect(await drawn(rows)).toEqual(expect.arrayContaining(["16 bits", "BF16"]));
  });

  it("sets a label right of the error bar and of the published number, and not across the dashed rule", () => {
    const labels = (rows: Rows, beside = published.slice(0, 0)) => labelPositions(tableChart(experiment, rows, beside));
    const sinq = (at: Record<string, number>) => at["17.14"];
    expect(sinq(labels(invent()))).toBeCloseTo(17.1423 * 1.0125, 3);
    const far = published.map((row) => ({ ...row, value: row.value + 5 }));
    expect(sinq(labels(invent(), far))).toBeCloseTo(22.14, 6);
    const better = invent().map((row) => (row.method === "sinq" && row.bits === 4 ? { ...row, perplexity: 12 } : row));
    expect(labels(better)["12.00"]).toBeCloseTo(16.6712, 6);
  });

  it("keeps the names of all methods clear of the panel, measured with the real font", () => {
    for (const [method, { label }] of Object.entries(METHOD_STYLES).slice(1)) {
      const spec = tableChart(experiment, invent("m", { method }));
      const padding = JSON.parse(/"labelPadding":(\d+),"labelExpr"/.exec(JSON.stringify(spec))![1]);
      expect(padding, label).toBeGreaterThanOrEqual(4 + textWidth(label, 11));
      expect(padding, label).toBeGreaterThanOrEqual(4 + textWidth("16 bits", 11, 600));
    }
  });

  it("does not speak of errors where a single window has none", async () => {
    const texts = await drawn(invent("m", { perplexity_se: null, delta_nll_se: null, windows: 1 }));
    expect(texts).toContain("Dashed: the checkpoint's own weights (BF16)");
    expect(texts).toContain("gptq-2048, 1 window of 2048 tokens");
  });

  it("draws several models below one another", async () => {
    const texts = await drawn([...invent("a"), ...invent("b")]);
    expect(texts).toEqual(expect.arrayContaining(["a: WikiText2", "a: C4", "b: WikiText2", "b: C4"]));
  });
});

/** Where the labels of the first panel begin, by their text. */
function labelPositions(spec: ReturnType<typeof tableChart>): Record<string, number> {
  const { vconcat } = spec as unknown as {
    vconcat: { hconcat: { data: { values: { label: string; labelAt: number }[] } }[] }[];
  };
  return Object.fromEntries(vconcat[0].hconcat[0].data.values.map(({ label, labelAt }) => [label, labelAt]));
}

function textWidth(text: string, size: number, weight = 400): number {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="99"><text x="9" y="50" font-family="Inter"
    font-size="${size}" font-weight="${weight}">${escaped}</text></svg>`;
  return new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: fontFiles() } }).getBBox()!.width;
}

const colors = (rows: Rows) => {
  const found: { color: { domain: string[]; range: string[] } }[] = [];
  JSON.stringify(tableChart(experiment, rows), (key, value) => {
    if (key === "color" && value.scale) found.push({ color: value.scale });
    return value;
  });
  return found;
};
