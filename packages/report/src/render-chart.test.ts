import { Resvg } from "@resvg/resvg-js";
import { beforeAll, describe, expect, it } from "vitest";
import { experiment, invent, inventSmall } from "./fixtures/rows.ts";
import { fontFiles } from "./fonts.ts";
import { publishedRows } from "./published.ts";
import { type RenderedChart, renderChart } from "./render-chart.ts";
import { tableChart } from "./table-chart.ts";

const published = publishedRows({ table: "1" });
const long = "a-model-with-a-name-that-is-far-longer-than-any-name-that-a-person-would-give-to-a-model-and-then-some";
const diverged = invent().map((row) => (row.method === "rtn" && row.bits === 3 ? { ...row, perplexity: 1e5 } : row));
const noError = { perplexity_se: null, delta_nll: null, delta_nll_se: null };

const CHARTS = {
  "two texts with published numbers": tableChart(experiment, invent(), published),
  "a small model": tableChart(experiment, inventSmall()),
  "a method that diverged": tableChart(experiment, diverged, published),
  "long names": tableChart(experiment, invent(long, { dataset: long, protocol: long })),
  "every method": tableChart(
    experiment,
    ["sinq-no-overhead", "hqq-sinq", "a-new-quantizer-of-mine"].flatMap((method) => invent("m", { method, bits: 2 })),
  ),
  "one window, no baseline": tableChart(
    experiment,
    invent("m", noError).filter((row) => row.method !== "bf16"),
  ),
  "the checkpoint's own weights alone": tableChart(
    experiment,
    invent().filter((row) => row.method === "bf16"),
  ),
};

/** Where the PNG's header keeps width and height. */
const pngSize = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};
const svgSize = (svg: string) => /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number);

describe.each(Object.entries(CHARTS))("a chart of %s", (_, spec) => {
  let first: RenderedChart;
  beforeAll(async () => {
    first = await renderChart(spec);
  });

  it("leaves the same bytes twice", async () => {
    const second = await renderChart(spec);
    expect(second.svg).toBe(first.svg);
    expect(second.vlJson).toBe(first.vlJson);
    expect(Buffer.compare(second.png, first.png)).toBe(0);
  });

  it("has a PNG of twice the SVG's size", () => {
    const { svg, png } = first;
    expect(Buffer.from(png.subarray(1, 4)).toString()).toBe("PNG");
    expect(pngSize(png)).toEqual(svgSize(svg).map((size) => 2 * size));
  });

  it("clips nothing, measured with the real font", () => {
    const { svg } = first;
    const [width, height] = svgSize(svg);
    // Without the white ground the bounding box is that of what is drawn on it.
    const ink = svg.replace(/<rect[^>]* fill="white"[^>]*>(<\/rect>)?/, "");
    expect(ink).not.toBe(svg);
    const box = new Resvg(ink, { font: { loadSystemFonts: false, fontFiles: fontFiles() } }).getBBox()!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  });

  it("cuts no text short and uses one font, with a fallback", () => {
    const { svg } = first;
    expect(svg).not.toContain("…");
    const families = [...svg.matchAll(/font-family="([^"]*)"/g)].map(([, family]) => family);
    expect(new Set(families)).toEqual(new Set(["Inter, sans-serif"]));
  });
});

describe("renderChart", () => {
  const point = { data: { values: [{ a: 1 }] }, mark: "point" } as const;

  it("writes its words into the PNG", async () => {
    const [a, b] = await Promise.all(["OOO", "III"].map((title) => renderChart({ ...point, title })));
    expect(svgSize(a.svg)).toEqual(svgSize(b.svg));
    expect(Buffer.compare(a.png, b.png)).not.toBe(0);
  });

  it("refuses a specification that Vega-Lite warns about", async () => {
    const spec = {
      ...point,
      encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } },
    } as const;
    await expect(renderChart(spec)).rejects.toMatchObject({
      code: "chart-warning",
      message: expect.stringContaining("zero"),
    });
  });

  it.each([
    ["it cannot read", "missing(datum.a)", "missing"],
    ["that fails on the data", "test(regexp('('), 'a')", "regular expression"],
  ])("refuses an expression %s", async (_, calculate, message) => {
    const spec = { ...point, transform: [{ calculate, as: "b" }] };
    await expect(renderChart(spec)).rejects.toThrow(message);
  });
});
