import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  bitsPerWeight,
  decode,
  loadAux,
  publishedAgreement,
  type QuantizeConfig,
  quantizerConformance,
} from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { hqq } from "./hqq.ts";
import { hqqSinq } from "./hqq-sinq.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);
const INPUT = fixture("input_outlier_128x192");
const config: QuantizeConfig = { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" };
const exact = { close: 1, worstSteps: expect.closeTo(0, 3), differentCodes: 0, differentAuxCodes: 0 };

const random = (rows: number, cols: number, deviation = 0.05) => ({
  ...{ rows, cols },
  data: seededRandom(4).fillNormal(new Float32Array(rows * cols), deviation),
});

describe.each([hqq, hqqSinq])("$info.id", (quantizer) => {
  it.each(quantizerConformance(quantizer, { kernels }))("$name", ({ run }) => run());

  it("takes bits + 2 x 16 / group of a weight in f16", () => {
    const encoded = quantizer.quantize(random(64, 128), { ...config, aux: "f16" }, { kernels });
    expect(bitsPerWeight(encoded)).toBe(4.5);
    expect(encoded.columnScale).toBeUndefined();
  });

  it("brings the p-norm of the error below that of its first step", () => {
    const weight = random(128, 128);
    const error = (iterations: number) => {
      const encoded = quantizer.quantize(weight, { ...config, bits: 2 }, { kernels }, { iterations });
      return decode(encoded, kernels).reduce((sum, value, i) => sum + Math.abs(value - weight.data[i]) ** 0.7, 0);
    };
    expect(error(20)).toBeLessThan(0.99 * error(1));
  });

  it("takes the solver's options into account", () => {
    const weight = random(64, 128, 1);
    const standard = decode(quantizer.quantize(weight, { ...config, bits: 2 }, { kernels }), kernels);
    expect(
      decode(quantizer.quantize(weight, { ...config, bits: 2 }, { kernels }, quantizer.defaults), kernels),
    ).toEqual(standard);
    for (const change of [{ iterations: 2 }, { lpNorm: 0.4 }, { beta: 3 }]) {
      const other = quantizer.quantize(weight, { ...config, bits: 2 }, { kernels }, change);
      expect(decode(other, kernels), JSON.stringify(change)).not.toEqual(standard);
    }
  });

  it("refuses an option outside its range by name", () => {
    for (const [change, message] of [
      [{ iterations: 0 }, "option iterations is 0 and must be a whole number of at least 1."],
      [{ iterations: 2.5 }, "iterations is 2.5"],
      [{ lpNorm: 0 }, "lpNorm is 0"],
      [{ lpNorm: 1.01 }, "lpNorm is 1.01"],
      [{ beta: 0 }, "beta is 0"],
      [{ beta: 1e7 }, "beta is 10000000"],
    ] as const) {
      expect(() => quantizer.quantize(random(32, 64), config, { kernels }, change)).toThrow(message);
    }
  });
});

describe.each([referenceKernels, kernels])("published outputs, $id kernels", (kernels) => {
  it.each([2, 3, 4])("of the HQQ library, %i bits: every code and weight", async (bits) => {
    const output = fixture(`hqqlib_outlier_128x192_b${bits}_g64`);
    expect(await publishedAgreement(hqq, { weight: INPUT, output }, kernels)).toEqual(exact);
  });

  it.each(["outlier_128x192_b2", "outlier_128x192_b4", "outlier_128x192_b8", "scaled_96x256_b8"])(
    "of SINQ's branch, %s: every code and weight",
    async (name) => {
      const weight = fixture(`input_${name.replace(/_b\d$/, "")}`);
      const output = fixture(`hqq_${name}_g64_1D`);
      expect(await publishedAgreement(hqqSinq, { weight, output }, kernels)).toEqual(exact);
    },
  );
});

describe("hqq", () => {
  it("has groups that run on across rows", () => {
    const weight = random(6, 32);
    const encoded = hqq.quantize(weight, config, { kernels });
    expect([encoded.group, encoded.grouping, encoded.scale.shape]).toEqual([64, "flat", [3]]);
    const reshaped = hqq.quantize({ ...weight, rows: 3, cols: 64 }, config, { kernels });
    expect(decode(encoded, kernels)).toEqual(decode(reshaped, kernels));
    expect(() => hqq.quantize(random(3, 32), config, { kernels })).toThrow(
      "Group size 64 does not divide the 96 weights of a 3 x 32 matrix; choose a --group-size that does.",
    );
  });

  it("rounds the first zero point for 4 bits alone, unless told otherwise", () => {
    const weight = random(64, 64);
    const zeros = (bits: number, roundZero: "always" | "4-bit" | "never") =>
      loadAux(hqq.quantize(weight, { ...config, bits }, { kernels }, { roundZero }).zero);
    expect(hqq.defaults.roundZero).toBe("4-bit");
    expect(zeros(4, "4-bit")).toEqual(zeros(4, "always"));
    expect(zeros(4, "4-bit")).not.toEqual(zeros(4, "never"));
    for (const bits of [3, 5]) {
      expect(zeros(bits, "4-bit")).toEqual(zeros(bits, "never"));
      expect(zeros(bits, "4-bit")).not.toEqual(zeros(bits, "always"));
    }
    expect(() => zeros(4, "yes" as "always")).toThrow(
      "hqq: option roundZero is yes and must be one of always, 4-bit, never.",
    );
  });
});

describe("hqq-sinq", () => {
  it("chooses the best step by tile", () => {
    const weight = random(128, 64, 2);
    const zeros = (tiling: "1d" | "2d", rows: number) =>
      loadAux(
        hqqSinq.quantize(
          { rows, cols: 64, data: weight.data.subarray(0, rows * 64) },
          { ...config, bits: 2, tiling },
          { kernels },
        ).zero,
      );
    expect(zeros("2d", 128).subarray(0, 64)).toEqual(zeros("1d", 64));
    expect(zeros("1d", 128)).not.toEqual(zeros("2d", 128));
  });

  it("may round the weights as they are", () => {
    const weight = random(128, 64);
    const encoded = (thereAndBack: boolean) => hqqSinq.quantize(weight, config, { kernels }, { thereAndBack });
    expect(decode(encoded(false), kernels)).not.toEqual(decode(encoded(true), kernels));
    expect(() => encoded("no" as unknown as boolean)).toThrow("thereAndBack is no and must be true or false");
  });
});
