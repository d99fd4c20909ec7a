import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderSvg } from "../render-chart.ts";
import { imbalanceChart } from "./imbalance-chart.ts";
import { imbalanceMarkdown } from "./imbalance-markdown.ts";
import { type ImbalanceRow, imbalanceCsv, readImbalanceCsv } from "./imbalance-row.ts";
import { imbalanceSpreads, imbalanceTypes, quantile } from "./imbalance-summary.ts";
import { writeImbalance } from "./write-imbalance.ts";

/** Four blocks of two layers whose imbalance halves with every one of two iterations; Algorithm 1 ends a little lower. */
const rows: ImbalanceRow[] = [1, 2, 3, 6].flatMap((size, layer) =>
  ["down", "q"].flatMap((type) =>
    ["paper", "algorithm-1"].flatMap((preset) =>
      [0, 1, 2].map((iterations) => ({
        model: "tiny/model_a",
        layer,
        type,
        tensor: `model.layers.${layer}.${type}_proj.weight`,
        rows: 64,
        cols: 128,
        tiling: "1d",
        tile_cols: 64,
        preset,
        iterations,
        matrix_imbalance: 1 + size / 2 ** iterations + (type === "q" ? 1 : 0),
        tile_imbalance: 1 + size / 2 ** iterations / (preset === "paper" || iterations === 0 ? 1 : 2),
      })),
    ),
  ),
);

describe("imbalance results", () => {
  it("take medians and quartiles over blocks as numpy does", () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([1, 2, 3, 6], share))).toEqual([1, 1.75, 2.5, 3.75, 6]);
    expect(quantile([4], 0.75)).toBe(4);
    const spreads = imbalanceSpreads(rows);
    expect(spreads).toHaveLength(2 * 2 * 2 * 3);
    const of = (wanted: object) =>
      spreads.filter((spread) => Object.entries(wanted).every(([k, v]) => spread[k as "of"] === v));
    expect(of({ of: "tile", type: "q", preset: "algorithm-1", iterations: 2 })).toMatchObject([
      { low: 1 + 1.75 / 8, median: 1 + 2.5 / 8, high: 1 + 3.75 / 8 },
    ]);
    expect(of({ of: "matrix", type: "q", preset: "paper", iterations: 0 })).toMatchObject([
      { low: 3.75, median: 4.5, high: 5.75 },
    ]);
  });

  it("name layer types in the order of a block, strange ones last", () => {
    const named = (type: string) => ({ ...rows[0], type });
    expect(imbalanceTypes(["mixer", "down", "kv_a", "v", "q"].map(named))).toEqual(["q", "v", "kv_a", "down", "mixer"]);
  });

  it("are one CSV line each, six digits, and refuse what is not a number", () => {
    const lines = imbalanceCsv(rows).split("\n");
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[0]).toBe(
      "model,layer,type,tensor,rows,cols,tiling,tile_cols,preset,iterations,matrix_imbalance,tile_imbalance",
    );
    expect(lines[3]).toBe("tiny/model_a,0,down,model.layers.0.down_proj.weight,64,128,1d,64,paper,2,1.25000,1.25000");
    const bad = [{ ...rows[0], tile_imbalance: Number.NaN }];
    expect(() => imbalanceCsv(bad)).toThrow(expect.objectContaining({ code: "imbalance-not-finite" }));
  });

  it("are read again as they were written, or refused with the line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sinqbench-imbalance-"));
    try {
      const path = join(folder, "a.csv");
      await writeFile(path, imbalanceCsv(rows));
      expect(await readImbalanceCsv(path)).toEqual(
        rows.map((row) => ({
          ...row,
          matrix_imbalance: Number(row.matrix_imbalance.toPrecision(6)),
          tile_imbalance: Number(row.tile_imbalance.toPrecision(6)),
        })),
      );
      await writeFile(path, imbalanceCsv(rows).replaceAll("\n", "\r\n"));
      expect(await readImbalanceCsv(path)).toHaveLength(rows.length);
      const damaged = async (change: (csv: string) => string) => {
        await writeFile(path, change(imbalanceCsv(rows)));
        return readImbalanceCsv(path);
      };
      await expect(damaged((csv) => csv.slice(0, -9))).rejects.toMatchObject({
        code: "damaged-results",
        message: expect.stringContaining(`line ${rows.length + 1}: 11 fields`),
      });
      await expect(damaged((csv) => csv.replace("1.25000", "x"))).rejects.toMatchObject({
        message: expect.stringContaining('line 4: matrix_imbalance is "x"'),
      });
      await expect(damaged((csv) => csv.replace("1.25000", ""))).rejects.toMatchObject({ code: "damaged-results" });
      await expect(damaged((csv) => csv.replace("type", "kind"))).rejects.toMatchObject({ code: "wrong-columns" });
      await expect(readImbalanceCsv(join(folder, "b.csv"))).rejects.toMatchObject({ code: "unreadable-results" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("stand in a table before and after", () => {
    const text = imbalanceMarkdown(rows);
    expect(text).toContain("| layer | before | paper, 2 iterations | algorithm-1, 2 iterations |");
    expect(text).toContain("| q | 3.50 (2.75 to 4.75) | 1.63 (1.44 to 1.94) | 1.31 (1.22 to 1.47) |\n| down | 3.50");
    expect(text).toContain("4 blocks; a tile is all rows by 64 columns");
    expect(imbalanceMarkdown(rows.map((row) => ({ ...row, tiling: "2d" })))).toContain("64 rows by 64 columns");
  });

  it("are drawn with a panel for every type, tiles above the whole matrix, before and after in words", async () => {
    const spec = imbalanceChart(rows) as unknown as { vconcat: { hconcat: { title: { text: string } }[] }[] };
    expect(spec.vconcat.map(({ hconcat }) => hconcat.map(({ title }) => title.text))).toEqual([
      ["q", "down"],
      ["q", "down"],
    ]);
    const drawn = JSON.stringify(spec);
    expect(drawn.indexOf("tiles (median)")).toBeLessThan(drawn.indexOf("whole matrix"));
    const svg = await renderSvg(imbalanceChart(rows));
    for (const words of ["3.50 \u2192 1.63", "4.50 \u2192 2.63", "tiles (median)", "whole matrix"]) {
      expect(svg).toContain(`>${words}<`);
    }
    expect(svg).toContain("early stop (paper");
    expect(svg).toContain("Algorithm 1 (best");
  });

  it("draw also where imbalances span many powers of ten", async () => {
    const wild = rows.map((row) => ({ ...row, matrix_imbalance: row.matrix_imbalance * 1e9 }));
    expect(await renderSvg(imbalanceChart(wild))).toContain("\u2192");
  });

  it("are written with the same bytes every time, all files or an error before the first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sinqbench-imbalance-"));
    try {
      const files = await writeImbalance(join(folder, "a"), rows);
      await writeImbalance(join(folder, "b"), rows);
      const names = ["csv", "md", "vl.json", "svg", "png"].map((extension) => `tiny--model_a.${extension}`);
      expect(files).toEqual(names.map((name) => join(folder, "a", name)));
      expect((await readdir(join(folder, "b"))).sort()).toEqual([...names].sort());
      for (const name of names) {
        const [a, b] = await Promise.all(["a", "b"].map((each) => readFile(join(folder, each, name))));
        expect(a.equals(b), name).toBe(true);
      }
      const mixed = [...rows, { ...rows[0], model: "other" }];
      await expect(writeImbalance(join(folder, "c"), mixed)).rejects.toMatchObject({ code: "mixed-models" });
      await expect(writeImbalance(join(folder, "c"), [])).rejects.toMatchObject({ code: "no-result-rows" });
      expect((await readdir(folder)).sort()).toEqual(["a", "b"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
