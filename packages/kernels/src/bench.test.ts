import { expect, it } from "vitest";
import { benchKernels } from "./bench.ts";

it("gives a finite speed for every step", () => {
  const rows = benchKernels({ rows: 64, cols: 128, bits: 3, group: 32, repeats: 1, threads: 1 });
  expect(rows.map((row) => row.step.split(",")[0])).toEqual([
    ...["copy", "round asymmetric", "round codebook", "round codebook by largest", "hqq", "hqq", "hadamard"],
    ...["sinkhorn 16 + round", "sinkhorn 16 + round", "dequantize"],
  ]);
  for (const row of rows) {
    expect(row.weightsPerSecond).toBeCloseTo((64 * 128) / row.seconds);
    expect(Number.isFinite(row.gigabytesPerSecond) && row.gigabytesPerSecond > 0).toBe(true);
  }
});
