import { join } from "node:path";
import { readLayersCsv } from "@sinqbench/report";
import { beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
let model: string;

beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
});

describe("exp layers", () => {
  it("measures every linear layer of every block, and normalization evens each out", async () => {
    const out = join(folder(), "out");
    const run = await runCaptured(["layers", "--model", model, "--calibration-windows", "4", "--out", out]);
    expect(run).toMatchObject({ code: 0, out: "tiny: 14 layers\n" });
    const rows = await readLayersCsv(join(out, "layers", "tiny.csv"));
    const types = ["q", "k", "v", "o", "gate", "up", "down"];
    expect(rows.map(({ layer, type }) => [layer, type])).toEqual(
      [0, 1].flatMap((layer) => types.map((t) => [layer, t])),
    );
    for (const row of rows) {
      expect(row.imbalance_after, row.tensor).toBeLessThan(row.imbalance_before);
      expect(row.r2_column_scale).toBeGreaterThanOrEqual(0);
      expect(row.r2_column_scale).toBeLessThanOrEqual(1);
      // Of 4 bits: a step is about 2 / 15 of the range, an error of a third of that at most.
      for (const error of [row.weight_error_rtn, row.weight_error_sinq, row.output_error_rtn]) {
        expect(error).toBeGreaterThan(0.01);
        expect(error).toBeLessThan(0.2);
      }
    }
    // 96 inputs are no multiple of 64.
    expect(rows.filter(({ type }) => type === "down").map((row) => row.group_size)).toEqual([32, 32]);
  });

  it("sees less error with more bits", async () => {
    const errors = [];
    for (const bits of ["2", "8"]) {
      const out = join(folder(), bits);
      await runCaptured(["layers", "--model", model, "--bits", bits, "--calibration-windows", "2", "--out", out]);
      const rows = await readLayersCsv(join(out, "layers", "tiny.csv"));
      errors.push(rows.map((row) => row.output_error_sinq));
    }
    for (const [i, coarse] of errors[0].entries()) expect(errors[1][i]).toBeLessThan(coarse / 20);
  });
});
