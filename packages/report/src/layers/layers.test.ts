import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderSvg } from "../render-chart.ts";
import { type LayerRow, layersCsv, readLayersCsv } from "./layer-row.ts";
import { layersChart } from "./layers-chart.ts";
import { layersMarkdown } from "./layers-markdown.ts";
import { writeLayers } from "./write-layers.ts";

/** Invented for tests. */
const row: LayerRow = {
  model: "tiny",
  layer: 0,
  type: "q",
  tensor: "self_attn.q_proj.weight",
  rows: 64,
  cols: 64,
  bits: 4,
  group_size: 64,
  imbalance_before: 3,
  imbalance_after: 1.05,
  kurtosis_before: 3.1,
  kurtosis_after: 2.8,
  kurtosis_awq: 3.4,
  kurtosis_asinq: 2.9,
  r2_column_scale: 0.25,
  weight_error_rtn: 0.09,
  weight_error_sinq: 0.088,
  output_error_rtn: 0.05,
  output_error_sinq: 0.04,
};
const rows: LayerRow[] = [
  row,
  { ...row, layer: 1, imbalance_before: 5, output_error_sinq: 0.06, kurtosis_awq: 2.8 },
  { ...row, type: "down", tensor: "mlp.down_proj.weight", imbalance_before: 8 },
];

describe("layers", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "layers-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("come back from their files, which have the same bytes every time", async () => {
    const files = await writeLayers(dir, rows);
    expect(await readLayersCsv(files[0])).toEqual(rows);
    const before = await Promise.all(files.map((file) => readFile(file)));
    await writeLayers(dir, rows);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
  });

  it("are refused with a number that is none, or of two models, before a file is written", async () => {
    expect(() => layersCsv([{ ...row, r2_column_scale: Number.NaN }])).toThrow(
      expect.objectContaining({ code: "layer-not-finite", message: expect.stringMatching(/r2_column_scale/) }),
    );
    await expect(writeLayers(dir, [row, { ...row, model: "other" }])).rejects.toMatchObject({ code: "mixed-models" });
    await expect(writeLayers(dir, [])).rejects.toMatchObject({ code: "no-result-rows" });
    expect(await readdir(dir)).toEqual([]);
  });

  it("are refused from a damaged file, by line", async () => {
    const path = join(dir, "x.csv");
    await writeFile(path, layersCsv(rows).replace(",8.00000,", ",,"));
    await expect(readLayersCsv(path)).rejects.toThrow(/line 4: imbalance_before is empty/);
  });

  it("are counted, and summed up by type as medians", () => {
    const text = layersMarkdown(rows);
    expect(text).toContain(
      "| q | 4.00 | 1.05 | 3.10 | 2.80 | 3.10 | 2.90 | 0.250 | 0.0900 | 0.0880 | 0.0500 | 0.0500 |",
    );
    expect(text).toContain("nearer to the original's than RTN's in 2 of 3 layers");
    expect(text).toContain("A-SINQ rounds in 2 of 3");
  });

  it("are drawn, a mark for each in every panel", async () => {
    const svg = await renderSvg(layersChart(rows));
    for (const words of ["imbalance of the weight", "kurtosis of the groups", "What AWQ and A-SINQ round", "down"]) {
      expect(svg).toContain(words);
    }
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(4 * rows.length);
  });
});
