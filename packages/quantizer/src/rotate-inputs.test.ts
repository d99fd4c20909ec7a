import { loadKernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { expect, it } from "vitest";
import { decode } from "./decode.ts";
import { rotateInputs } from "./rotate-inputs.ts";
import { roundAndStore } from "./round-and-store.ts";
import { roundings } from "./roundings.ts";

const kernels = loadKernels();
const weight = { rows: 4, cols: 24, data: seededRandom(3).fillNormal(new Float32Array(96)) };

it("rotates by the largest power of two that divides the width, and leaves the weight alone", () => {
  const before = weight.data.slice();
  const rotated = rotateInputs(weight, kernels);
  expect(rotated.inputTransform).toEqual({ kind: "hadamard", block: 8 });
  expect(rotated.weight.data).toEqual(kernels.hadamard(weight.data, 4, 24, 8));
  expect(weight.data).toEqual(before);
});

it("is undone by decode, after the columns' own order is", () => {
  const { weight: rotated, inputTransform } = rotateInputs(weight, kernels);
  const order = Int32Array.from({ length: 24 }, (_, j) => (j * 5) % 24);
  const stored = new Float32Array(96).map((_, at) => rotated.data[Math.floor(at / 24) * 24 + order[at % 24]]);
  const request = {
    method: "m",
    config: { bits: 8, tiling: "1d", aux: "f32" },
    group: 24,
    rounding: roundings.rtn,
  } as const;
  const encoded = roundAndStore({ ...weight, data: stored }, request, { kernels });
  const out = new Float32Array(96);
  expect(decode({ ...encoded, columnOrder: order, inputTransform }, kernels, out)).toBe(out);
  out.forEach((value, i) => {
    expect(value).toBeCloseTo(weight.data[i], 1);
  });
});
