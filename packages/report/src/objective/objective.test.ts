import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderSvg } from "../render-chart.ts";
import { objectiveChart } from "./objective-chart.ts";
import { objectiveMarkdown } from "./objective-markdown.ts";
import { type ObjectiveRow, objectiveCsv, readObjectiveCsv } from "./objective-row.ts";
import { writeObjective } from "./write-objective.ts";

const experiment = { methods: ["rtn", "sinq", "sinq:earlyStop=false", "sinq:tiling=2d"], bits: [3, 4] };
/** Invented for tests. */
const row: ObjectiveRow = {
  model: "tiny",
  method: "rtn",
  bits: 3,
  group_size: 64,
  tiling: "1d",
  aux: "f16",
  options: null,
  layers: 14,
  imbalance: 1.75,
  kurtosis: 2.8125,
  weight_error: 0.195,
  output_error: 0.0945,
  dataset: "moby-dick",
  protocol: "gptq-256",
  windows: 128,
  perplexity: 192.25,
  delta_nll: 0.0271,
  delta_nll_se: 0.0012,
};
const rows: ObjectiveRow[] = [
  row,
  { ...row, method: "sinq", imbalance: 1.0625, kurtosis: 2.75, output_error: 0.0955, delta_nll: 0.0172 },
  { ...row, method: "sinq", options: "earlyStop=false", imbalance: 1, kurtosis: 2.625, delta_nll: 0.0193 },
  { ...row, method: "sinq", tiling: "2d", imbalance: 1.125, kurtosis: 2.5, delta_nll: -0.0001, delta_nll_se: null },
];

describe("objective", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "objective-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("comes back from its files, which have the same bytes every time", async () => {
    const files = await writeObjective(dir, experiment, rows);
    expect(await readObjectiveCsv(files[0])).toEqual(rows);
    const before = await Promise.all(files.map((file) => readFile(file)));
    await writeObjective(dir, experiment, rows);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
  });

  it("is refused with a number that is none, or of two models, before a file is written", async () => {
    expect(() => objectiveCsv([{ ...row, kurtosis: Number.NaN }])).toThrow(
      expect.objectContaining({
        code: "objective-not-finite",
        message: expect.stringMatching(/rtn at 3 bits: kurtosis/),
      }),
    );
    const mixed = writeObjective(dir, experiment, [row, { ...row, model: "other" }]);
    await expect(mixed).rejects.toMatchObject({ code: "mixed-models" });
    await expect(writeObjective(dir, experiment, [])).rejects.toMatchObject({ code: "no-result-rows" });
    expect(await readdir(dir)).toEqual([]);
  });

  it("is refused from a damaged file, by line", async () => {
    const path = join(dir, "x.csv");
    await writeFile(path, objectiveCsv(rows).replace(",1.06250,", ",,"));
    await expect(readObjectiveCsv(path)).rejects.toThrow(/line 3: imbalance is empty/);
  });

  it("is a table of settings in the experiment's order, and of how each measure orders the losses", () => {
    const text = objectiveMarkdown(experiment, rows.toReversed());
    const settings = text.split("\n").filter((line) => line.startsWith("| 3 | "));
    expect(settings[0]).toBe("| 3 | RTN | 1.750 | 2.813 | 0.1950 | 0.0945 | 0.0271 ±0.0012 |");
    expect(settings[1]).toMatch(/^\| 3 \| SINQ .* -0\.0001 \|$/);
    // Losses rise with 2d, sinq, no early stop, rtn: ranks of the kurtosis 1, 3, 2, 4, of the imbalance 3, 2, 1, 4.
    expect(settings.at(-1)).toBe("| 3 | moby-dick | 0.20 | 0.80 |  | -0.26 |");
  });

  it("is drawn, a mark for each setting in each of four panels", async () => {
    const svg = await renderSvg(objectiveChart(experiment, rows));
    for (const words of [
      "3 bits, moby-dick",
      "rank correlation 0.80",
      "2D tiles",
      "every iteration kept",
      "output error",
    ]) {
      expect(svg).toContain(words);
    }
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(4 * rows.length);
    expect(JSON.stringify(objectiveChart(experiment, [row]))).toMatch(/"loss":0.0271,"low":0.0259\d*,"high":0.0283/);
  });
});
