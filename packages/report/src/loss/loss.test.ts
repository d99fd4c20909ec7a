import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderSvg } from "../render-chart.ts";
import { lossChart } from "./loss-chart.ts";
import { readLossCsv } from "./loss-row.ts";
import { writeLossCurve } from "./write-loss-curve.ts";

/** Invented: a falling loss that jumps up and down by a tenth. */
const rows = Array.from({ length: 200 }, (_, i) => ({
  tokens: 81_920 * (i + 1),
  loss: Number((3 + 6 / (i + 1) ** 0.5 + (i % 2 ? 0.05 : -0.05)).toFixed(4)),
}));
const csv = (own: readonly { tokens: number; loss: number }[] = rows) =>
  `${["tokens,loss", ...own.map(({ tokens, loss }) => `${tokens},${loss}`)].join("\n")}\n`;
const values = (chart: object) =>
  (chart as { data: { values: { million: number; loss: number; mean: number }[] } }).data.values;

describe("a loss curve", () => {
  let dir: string;
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), "loss-")), "some-model");
    await mkdir(dir);
  });
  afterEach(() => rm(join(dir, ".."), { recursive: true }));

  it("stands beside its losses in three forms, with the same bytes every time", async () => {
    await writeFile(join(dir, "loss.csv"), csv());
    expect(await readLossCsv(join(dir, "loss.csv"))).toEqual(rows);
    const files = await writeLossCurve(`${dir}/`);
    const names = ["loss-curve.vl.json", "loss-curve.svg", "loss-curve.png"];
    expect(files).toEqual(names.map((name) => join(dir, name)));
    expect((await readdir(dir)).sort()).toEqual(["loss.csv", ...names].sort());
    const before = await Promise.all(files.map((file) => readFile(file)));
    await writeLossCurve(dir);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
    const svg = before[1].toString();
    for (const words of ["Training loss of some-model", "16.4 million tokens", "81,920", "nats per token", "millions"])
      expect(svg).toContain(words);
  });

  it("has every loss, and means that do not lag behind it", () => {
    const drawn = values(lossChart("m", rows));
    expect(drawn).toHaveLength(200);
    expect(drawn[0]).toEqual({ million: 0.08192, loss: rows[0].loss, mean: rows[0].loss });
    const mean = rows.slice(138, 163).reduce((sum, { loss }) => sum + loss, 0) / 25;
    expect(drawn[150].mean).toBe(Number(mean.toFixed(4)));
    expect(drawn[9].mean).toBe(rows[9].loss);
    expect(drawn[10].mean).toBe(Number(((rows[9].loss + rows[10].loss + rows[11].loss) / 3).toFixed(4)));
    const end = rows.slice(187).reduce((sum, { loss }) => sum + loss, 0) / 13;
    expect(drawn[199].mean).toBe(Number(end.toFixed(4)));
  });

  it("is drawn of one line, and of losses that do not change", async () => {
    expect(await renderSvg(lossChart("m", rows.slice(0, 1)))).toContain("Training loss of m");
    const level = rows.map((row) => ({ ...row, loss: 4 }));
    expect(await renderSvg(lossChart("m", level))).not.toContain("NaN");
  });

  it("is not drawn of a file that is damaged, empty or missing, which the error names", async () => {
    const file = join(dir, "loss.csv");
    const refused = async (code: string) => {
      const error = expect.objectContaining({ code, message: expect.stringContaining(file) });
      await expect(writeLossCurve(dir)).rejects.toEqual(error);
      expect((await readdir(dir)).filter((name) => name !== "loss.csv")).toEqual([]);
    };
    await refused("unreadable-results");
    await writeFile(file, "tokens,loss\n");
    await refused("no-losses");
    await writeFile(file, "tokens,loss\n100,high\n");
    await refused("damaged-results");
    await writeFile(file, "step,loss\n100,4\n");
    await refused("wrong-columns");
  });
});
