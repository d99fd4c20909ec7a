import { expect, it } from "vitest";
import { benchKernels } from "./bench.ts";

it("gives a finite speed for every step", () => {
  const rows = benchKernels({ rows: 64, cols: 128, bits: 3, group: 32, repeats: 1, threads: 1 });
  expect(rows.map((row) => row.step.split(",")[0])).toEqual([
    ...["copy", "round asymmetric", "round codebook", "round codebook by largest", "hqq", "hqq", "hadamard"],
    ...["sinkhorn 16 + round", "sinkhorn 16 + round", "product", "product", "dequantize"],
    ...["error of outputs", "asinq", "gptq", "gptq"],
  ]);
  for (const row of rows) {
    expect(row.weightsPerSecond).toBeCloseTo((64 * 128) / row.seconds);
    expect(Number.isFinite(row.gigabytesPerSecond) && row.gigabytesPerSecond > 0).toBe(true);
  }
  const many = rows.find((row) => row.step.startsWith("product, 64 "))!;
  expect(many.gigaflopsPerSecond! * many.seconds).toBeCloseTo((2 * 64 * 64 * 128) / 1e9);
  expect(many.gigabytesPerSecond * many.seconds).toBeCloseTo((3280 + 2 * 1024 + 4 * 64 * 192) / 1e9, 9);
  const [error, asinq, factor, gptq] = rows.slice(-4);
  expect(asinq.timesProducts).toBeCloseTo(asinq.seconds / (20 * error.seconds));
  expect(error.gigaflopsPerSecond! * error.seconds).toBeCloseTo((2 * 512 * 64 * 128) / 1e9);
  expect(asinq.gigaflopsPerSecond! * asinq.seconds).toBeCloseTo((20 * 2 * 512 * 64 * 128) / 1e9);
  expect(factor.gigaflopsPerSecond! * factor.seconds).toBeCloseTo(((2 / 3) * 128 ** 3) / 1e9);
  expect(gptq.gigaflopsPerSecond! * gptq.seconds).toBeCloseTo((64 * 128 ** 2) / 1e9);
});
