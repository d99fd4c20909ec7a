import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  decode,
  loadAux,
  publishedAgreement,
  type QuantizeConfig,
  quantizerConformance,
  storedBytes,
} from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { asinq } from "./asinq.ts";
import type { AsinqOptions } from "./asinq-options.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);
const INPUT = fixture("input_outlier_128x192");
const config: QuantizeConfig = { bits: 3, groupSize: 64, tiling: "1d", aux: "f32" };
const { iterations, stepMin, stepMax, earlyStop } = asinq.defaults;
const tile = { tileRows: 128, tileCols: 64 };

async function readInput() {
  const source = await openSafetensors(INPUT);
  const weight = { rows: 128, cols: 192, data: await source.readFloat32("weight") };
  const activations = { rows: 256, cols: 192, data: await source.readFloat32("activations") };
  await source.close();
  return { weight, activations, context: { kernels, statistics: activationStatistics(activations, asinq.needs!) } };
}

/** Column scales of the normalization alone. */
const sinkhorn = (data: Float32Array) =>
  kernels.sinkhorn(data, 128, 192, { iterations, stepMin, stepMax, earlyStop, ...tile });

describe("asinq", () => {
  it.each(quantizerConformance(asinq, { kernels }))("$name", ({ run }) => run());

  it.each([3, 4])("gives the scales and weights of the published SINQ code at %i bits", async (bits) => {
    const output = fixture(`sinq_awq_l1_outlier_128x192_b${bits}_g64`);
    expect(await publishedAgreement(asinq, { weight: INPUT, output }, kernels)).toMatchObject({
      close: 1,
      worstSteps: expect.closeTo(0, 3),
    });
    const { weight, context } = await readInput();
    const { columnScale } = asinq.quantize(weight, { ...config, bits }, context);
    const published = await openSafetensors(output);
    const scale = await published.readFloat32("awq_scale");
    await published.close();
    const { columnScale: t } = sinkhorn(weight.data);
    loadAux(columnScale!).forEach((value, j) => {
      expect((value * scale[j]) / t[j]).toBeCloseTo(1, 5);
    });
  });

  it("lowers the error of the outputs below that of the normalization alone", async () => {
    const { weight, activations, context } = await readInput();
    const normalize = { ...sinkhorn(weight.data), ...tile };
    const rounded = kernels.round(weight.data, 128, 192, {
      scheme: "asymmetric",
      bits: 3,
      group: 64,
      zeroLimit: Number.POSITIVE_INFINITY,
      normalize,
    });
    const plain = kernels.dequantize({
      rows: 128,
      cols: 192,
      bits: 3,
      group: 64,
      ...rounded,
      zero: rounded.zero!,
      columnScale: normalize.columnScale,
    });
    const decoded = decode(asinq.quantize(weight, config, context), kernels);
    const error = (data: Float32Array) => kernels.outputError(activations.data, 256, weight.data, data, 128, 192, "l1");
    expect(error(decoded)).toBeLessThan(0.9 * error(plain));
  });

  it("stores the same arrays as SINQ", async () => {
    const { weight, context } = await readInput();
    const [one, two] = (["1d", "2d"] as const).map((tiling) =>
      asinq.quantize(weight, { ...config, bits: 4, tiling, aux: "u8" }, context),
    );
    expect([one.columnScale?.shape, two.columnScale?.shape]).toEqual([
      [1, 192],
      [2, 192],
    ]);
    expect([one.columnScaleRows, two.columnScaleRows]).toEqual([128, 64]);
    // A byte for each of 384 scales and zeros; minimum and step of 12 ranges of scales and one of zeros; t / a in float32.
    expect(storedBytes(one)).toBe((128 * 192) / 2 + 2 * 384 + 2 * 4 * 13 + 192 * 4);
  });

  it("searches with full precision of the scales, whatever they are stored in", async () => {
    const { weight, context } = await readInput();
    // 8 bits at group 32 is where stored precision would lead the search elsewhere on this matrix.
    const codes = (["f32", "f16", "u8"] as const).map(
      (aux) => asinq.quantize(weight, { ...config, bits: 8, groupSize: 32, aux }, context).codes,
    );
    expect(codes[1]).toEqual(codes[0]);
    expect(codes[2]).toEqual(codes[0]);
  });

  it("takes every option into account, and the paper's equations by name", async () => {
    const { weight, context } = await readInput();
    const standard = asinq.quantize(weight, config, context);
    expect(asinq.quantize(weight, config, context, asinq.presets?.paper.options)).toEqual(standard);
    expect(asinq.presets?.["equation-6"].options).toEqual({ ...asinq.defaults, earlyStop: false, weightTerm: false });
    for (const change of [
      { iterations: 2 },
      { stepMin: 0.9 },
      { stepMax: 1.1 },
      { earlyStop: false },
      { weightTerm: false },
    ] as const) {
      expect(asinq.quantize(weight, config, context, change), JSON.stringify(change)).not.toEqual(standard);
    }
    // The norms agree on the candidate in most settings of this matrix.
    const fine = { ...config, bits: 6, groupSize: 32 };
    expect(asinq.quantize(weight, fine, context, { norm: "l2" })).not.toEqual(asinq.quantize(weight, fine, context));
  });

  it("refuses an option outside its range by name", async () => {
    const { weight, context } = await readInput();
    for (const [change, message] of [
      [{ iterations: 0 }, "asinq: option iterations is 0 and must be a whole number of at least 1."],
      [{ stepMin: 0 }, "stepMin is 0"],
      [{ stepMin: 1.01 }, "stepMin is 1.01"],
      [{ stepMax: 0.99 }, "stepMax is 0.99"],
      [{ stepMax: Number.POSITIVE_INFINITY }, "stepMax is Infinity"],
      [{ earlyStop: 0 }, "earlyStop is 0"],
      [{ weightTerm: 1 }, "weightTerm is 1"],
      [{ norm: "l3" }, "option norm is l3 and must be one of l1, l2."],
    ] as const) {
      expect(() => asinq.quantize(weight, config, context, change as unknown as AsinqOptions)).toThrow(message);
    }
  });
});
