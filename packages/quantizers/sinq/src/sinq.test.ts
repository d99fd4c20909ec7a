import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  bitsPerWeight,
  decode,
  type Encoded,
  publishedAgreement,
  type QuantizeConfig,
  quantizerConformance,
  roundAndStore,
  roundings,
  storedBytes,
} from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { kurtosis } from "./kurtosis.ts";
import { sinq, sinqHqq, sinqNf3, sinqNf4, sinqSym } from "./sinq.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);
const INPUT = fixture("input_outlier_128x192");
const config: QuantizeConfig = { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" };

async function readInput() {
  const source = await openSafetensors(INPUT);
  const data = await source.readFloat32("weight");
  await source.close();
  return { rows: 128, cols: 192, data };
}

function meanSquareError(encoded: Encoded, data: Float32Array): number {
  return decode(encoded, kernels).reduce((sum, value, i) => sum + (value - data[i]) ** 2, 0) / data.length;
}

describe.each([sinq, sinqSym, sinqNf4, sinqNf3, sinqHqq])("$info.id", (quantizer) => {
  it.each(quantizerConformance(quantizer, { kernels }))("$name", ({ run }) => run());
});

describe.each([referenceKernels, kernels])("outputs of the published SINQ code, $id kernels", (kernels) => {
  it.each([
    [sinq, "sinq_outlier_128x192_b2_g64_1D"],
    [sinq, "sinq_outlier_128x192_b3_g64_1D"],
    [sinq, "sinq_outlier_128x192_b4_g64_1D"],
    [sinq, "sinq_outlier_128x192_b8_g64_1D"],
    [sinq, "sinq_outlier_128x192_b3_g64_2D"],
    [sinq, "sinq_outlier_128x192_b4_g64_aux8"],
    [sinqSym, "sinq_noz_outlier_128x192_b4_g64_1D"],
    [sinqNf4, "sinq_nf4_outlier_128x192_b4_g64_1D"],
    [sinqNf3, "sinq_nf3_outlier_128x192_b3_g64_1D"],
    [sinqHqq, "sinq_hqq_outlier_128x192_b2_g64_1D"],
    [sinqHqq, "sinq_hqq_outlier_128x192_b4_g64_1D"],
  ])("$info.id %#: every code and weight", async (quantizer, output) => {
    expect(await publishedAgreement(quantizer, { weight: INPUT, output: fixture(output) }, kernels)).toEqual({
      close: 1,
      worstSteps: expect.closeTo(0, 3),
      differentCodes: 0,
      differentAuxCodes: 0,
    });
  });
});

/**
 * In row 125, columns 64 to 127 of this case the published code's first step has a weight at 2.5 to float32's last two bits (ours:
 * 2.5000005). Theirs rounds down, ours up; the group's zero then goes another way, and ends 4 / 64 apart with four other codes.
 */
const knownDivergence = { close: 1 - 64 / (128 * 192), worstSteps: expect.closeTo(0.9375, 3), differentCodes: 4 };

it("knownDivergence: one group of sinq-hqq at 3 bits takes the other side of a tie", async () => {
  const output = fixture("sinq_hqq_outlier_128x192_b3_g64_1D");
  expect(await publishedAgreement(sinqHqq, { weight: INPUT, output }, kernels)).toMatchObject(knownDivergence);
});

describe("sinq", () => {
  it("has the published code's settings, and Algorithm 1 by name", () => {
    const kurtosisLimit = Number.POSITIVE_INFINITY;
    const published = { iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: true, rounding: "rtn", kurtosisLimit };
    expect(sinq.defaults).toEqual(published);
    expect(sinq.presets).toEqual({
      paper: { options: published },
      "algorithm-1": { options: { ...published, earlyStop: false } },
      "code-2026-02": { options: { ...published, kurtosisLimit: 5 }, aux: "u8" },
    });
    for (const preset of Object.values(sinqNf4.presets!)) expect(preset.options.rounding).toBe("nf4");
  });

  it("takes every option into account", async () => {
    const weight = await readInput();
    const standard = sinq.quantize(weight, config, { kernels });
    expect(sinq.quantize(weight, config, { kernels }, sinq.presets?.paper.options)).toEqual(standard);
    for (const change of [
      { iterations: 2 },
      { stepMin: 0.9 },
      { stepMax: 1.1 },
      { earlyStop: false },
      { kurtosisLimit: 4 },
      { rounding: "rtn-sym" },
      { rounding: "nf4" },
      { rounding: "hqq" },
    ] as const) {
      const other = sinq.quantize(weight, config, { kernels }, change);
      expect(decode(other, kernels), JSON.stringify(change)).not.toEqual(decode(standard, kernels));
    }
  });

  it("rounds a matrix of larger kurtosis than its limit without a second scale, as rtn does", async () => {
    const weight = await readInput();
    const own = kurtosis(weight.data);
    const encoded = (kurtosisLimit: number) => sinq.quantize(weight, config, { kernels }, { kurtosisLimit });
    expect(encoded(own).columnScale).toBeDefined();
    const plain = encoded(own * (1 - 1e-12));
    expect(plain).not.toHaveProperty("columnScale");
    const request = { method: "sinq", config, group: 64, rounding: roundings.rtn };
    expect(plain).toEqual(roundAndStore(weight, request, { kernels }));
  });

  it("brings the error of a matrix with outliers below that of its rounding alone", async () => {
    const weight = await readInput();
    const plain = { ...sinq.quantize(weight, config, { kernels }, { iterations: 1 }) };
    expect(new Set((plain.columnScale as { data: Float32Array }).data)).toEqual(new Set([1]));
    const error = meanSquareError(sinq.quantize(weight, config, { kernels }), weight.data);
    expect(error).toBeLessThan(0.5 * meanSquareError(plain, weight.data));
  });

  it("stores a column scale for all rows with 1D tiling, and one for every row of tiles with 2D", async () => {
    const weight = await readInput();
    const short = { ...weight, rows: 100, data: weight.data.subarray(0, 100 * 192) };
    const [one, two] = (["1d", "2d"] as const).map((tiling) =>
      sinq.quantize(short, { ...config, tiling, aux: "f16" }, { kernels }),
    );
    expect(one.columnScale?.shape).toEqual([1, 192]);
    expect(two.columnScale?.shape).toEqual([2, 192]);
    expect([one.columnScaleRows, two.columnScaleRows]).toEqual([100, 64]);
    const scalesAndCodes = 100 * 3 * (2 + 2) + (100 * 192) / 2;
    expect(storedBytes(one)).toBe(scalesAndCodes + 192 * 2);
    expect(storedBytes(two)).toBe(scalesAndCodes + 2 * 192 * 2);
  });

  it.each([
    ["f32", 64 / 64 + 32 / 128, 64 / 64 + 32 / 64],
    ["f16", 32 / 64 + 16 / 128, 32 / 64 + 16 / 64],
    // The 8 bytes are the range of all zeros.
    ["u8", 18 / 64 + 32 / 128 + 64 / (128 * 192), 18 / 64 + 32 / 64 + 64 / (128 * 192)],
  ] as const)("takes the bits per weight that the README says, aux %s", async (aux, oneDimension, twoDimensions) => {
    const weight = await readInput();
    const [one, two] = (["1d", "2d"] as const).map((tiling) =>
      bitsPerWeight(sinq.quantize(weight, { ...config, tiling, aux }, { kernels })),
    );
    expect(one).toBeCloseTo(4 + oneDimension, 10);
    expect(two).toBeCloseTo(4 + twoDimensions, 10);
  });

  it("normalizes whole tiles of a matrix with a short last one as it does without it", async () => {
    const weight = await readInput();
    const short = { ...weight, rows: 100, data: weight.data.subarray(0, 100 * 192) };
    const options = { ...config, tiling: "2d" } as const;
    const whole = decode(sinq.quantize(weight, options, { kernels }), kernels);
    const cut = decode(sinq.quantize(short, options, { kernels }), kernels);
    expect(cut.subarray(0, 64 * 192)).toEqual(whole.subarray(0, 64 * 192));
  });

  it("refuses an option outside its range by name", async () => {
    const weight = await readInput();
    for (const [change, message] of [
      [{ iterations: 0 }, "sinq: option iterations is 0 and must be a whole number of at least 1."],
      [{ iterations: 1.5 }, "iterations is 1.5"],
      [{ kurtosisLimit: 0.9 }, "kurtosisLimit is 0.9"],
      [{ kurtosisLimit: Number.NaN }, "kurtosisLimit is NaN"],
      [{ stepMin: 0 }, "stepMin is 0"],
      [{ stepMin: 1.01 }, "stepMin is 1.01"],
      [{ stepMax: 0.99 }, "stepMax is 0.99"],
      [{ stepMax: Number.POSITIVE_INFINITY }, "stepMax is Infinity"],
      [{ earlyStop: "no" as unknown as boolean }, "earlyStop is no and must be true or false"],
      [{ rounding: "toString" as "rtn" }, "rounding is toString and must be one of rtn, rtn-sym, nf4, nf3, hqq"],
    ] as const) {
      expect(() => sinq.quantize(weight, config, { kernels }, change)).toThrow(message);
    }
    expect(() => sinq.quantize(weight, { ...config, bits: 3 }, { kernels }, { rounding: "nf4" })).toThrow(
      "sinq is not defined for 3 bits (its codebook has 16 levels)",
    );
  });
});
