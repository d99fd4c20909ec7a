import { loadKernels } from "@sinqbench/kernels";
import { expect, it } from "vitest";
import { decode } from "./decode.ts";
import { roundAndStore } from "./round-and-store.ts";
import { roundings } from "./roundings.ts";
import { storedBytes } from "./stored-bytes.ts";

const kernels = loadKernels();

it("puts columns stored in another order back in their place", () => {
  const weight = { rows: 2, cols: 4, data: Float32Array.of(0, 1, 2, 3, 40, 50, 60, 70) };
  const config = { bits: 2, tiling: "1d", aux: "f32" } as const;
  const stored = roundAndStore(weight, { method: "m", config, group: 4, rounding: roundings.rtn }, { kernels });
  const encoded = { ...stored, columnOrder: Int32Array.of(2, 0, 3, 1) };
  expect([...decode(encoded, kernels)]).toEqual([1, 3, 0, 2, 50, 70, 40, 60]);
  const out = new Float32Array(8).fill(Number.NaN);
  expect(decode(encoded, kernels, out)).toBe(out);
  expect([...out]).toEqual([1, 3, 0, 2, 50, 70, 40, 60]);
  expect(storedBytes(encoded)).toBe(storedBytes(stored) + 4 * 4);
});
