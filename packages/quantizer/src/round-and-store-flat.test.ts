import { loadKernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { decode } from "./decode.ts";
import { flatGroup } from "./flat-group.ts";
import { roundAndStore } from "./round-and-store.ts";
import { roundAndStoreFlat } from "./round-and-store-flat.ts";
import { roundings } from "./roundings.ts";
import { storedBytes } from "./stored-bytes.ts";

const kernels = loadKernels();
const config = { bits: 4, tiling: "1d", aux: "f32" } as const;
const request = { method: "m", config, group: 16, rounding: roundings.rtn };
const random = (rows: number, cols: number) => ({
  ...{ rows, cols },
  data: seededRandom(2).fillNormal(new Float32Array(rows * cols)),
});

describe("roundAndStoreFlat", () => {
  it("has the groups of the matrix with one group a row", () => {
    const weight = random(8, 24);
    const flat = roundAndStoreFlat(weight, request, { kernels });
    const rows = roundAndStore({ ...weight, rows: 12, cols: 16 }, request, { kernels });
    expect([flat.rows, flat.cols, flat.group, flat.grouping, flat.scale.shape]).toEqual([8, 24, 16, "flat", [12]]);
    expect(decode(flat, kernels)).toEqual(decode(rows, kernels));
    expect(storedBytes(flat)).toBe(storedBytes(rows));
  });

  it.each([
    [5, 7, 3],
    [3, 5, 1],
    [3, 11, 3],
  ])("makes the last group of a %i x %i matrix as long as what is left", (rows, cols, groups) => {
    const weight = random(rows, cols);
    const flat = roundAndStoreFlat(weight, request, { kernels });
    const rest = (rows * cols) % 16;
    const last = { rows: 1, cols: rest, data: weight.data.subarray(rows * cols - rest) };
    const alone = roundAndStore(last, { ...request, group: rest }, { kernels });
    const decoded = decode(flat, kernels);
    expect(flat.scale.shape).toEqual([groups]);
    expect(flat.codes.length).toBe(Math.ceil((rows * cols) / 2));
    expect(decoded.subarray(rows * cols - rest)).toEqual(decode(alone, kernels));
    const out = new Float32Array(rows * cols).fill(Number.NaN);
    expect(decode(flat, kernels, out)).toBe(out);
    expect(out).toEqual(decoded);
  });

  it("stores one zero for all groups where the rounding has one", () => {
    const flat = roundAndStoreFlat(random(5, 7), { ...request, rounding: roundings["rtn-sym"] }, { kernels });
    expect(flat.zero.shape).toEqual([1]);
    expect(decode(flat, kernels).every(Number.isFinite)).toBe(true);
  });

  it("names a weight that is not finite by its row and column", () => {
    const weight = random(5, 7);
    weight.data[3 * 7 + 2] = Number.NEGATIVE_INFINITY;
    expect(() => roundAndStoreFlat(weight, request, { kernels })).toThrow(/row 3, column 2 is -Infinity/);
  });
});

describe("flatGroup", () => {
  it("takes any group that divides the number of weights", () => {
    expect(flatGroup(random(3, 32), 48)).toBe(48);
    expect(() => flatGroup(random(3, 32), 64)).toThrow(expect.objectContaining({ code: "group-does-not-fit" }));
  });
});
