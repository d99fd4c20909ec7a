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
import { type AwqColumnOptions, awqColumn } from "./awq-column.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);
const INPUT = fixture("input_outlier_128x192");
const config: QuantizeConfig = { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" };

async function readInput() {
  const source = await openSafetensors(INPUT);
  const weight = { rows: 128, cols: 192, data: await source.readFloat32("weight") };
  const activations = { rows: 256, cols: 192, data: await source.readFloat32("activations") };
  await source.close();
  return { weight, activations, context: { kernels, statistics: activationStatistics(activations, awqColumn.needs!) } };
}

describe("awq-column", () => {
  it.each(quantizerConformance(awqColumn, { kernels }))("$name", ({ run }) => run());

  it.each([3, 4])("gives the scales and weights of the published SINQ code at %i bits", async (bits) => {
    const output = fixture(`awq_outlier_128x192_b${bits}_g64`);
    expect(await publishedAgreement(awqColumn, { weight: INPUT, output }, kernels)).toMatchObject({
      close: 1,
      worstSteps: expect.closeTo(0, 3),
    });
    const { weight, context } = await readInput();
    const { columnScale } = awqColumn.quantize(weight, { ...config, bits }, context);
    const published = await openSafetensors(output);
    const scale = await published.readFloat32("awq_scale");
    await published.close();
    loadAux(columnScale!).forEach((value, j) => {
      expect(value * scale[j]).toBeCloseTo(1, 5);
    });
  });

  it("lowers the error of the outputs below that of equal column scales", async () => {
    const { weight, activations, context } = await readInput();
    const encoded = awqColumn.quantize(weight, { ...config, bits: 3 }, context);
    const rounded = kernels.round(weight.data, 128, 192, {
      scheme: "asymmetric",
      bits: 3,
      group: 64,
      zeroLimit: Number.POSITIVE_INFINITY,
    });
    const plain = kernels.dequantize({ rows: 128, cols: 192, bits: 3, group: 64, ...rounded, zero: rounded.zero! });
    const error = (data: Float32Array) => kernels.outputError(activations.data, 256, weight.data, data, 128, 192, "l2");
    expect(error(decode(encoded, kernels))).toBeLessThan(0.9 * error(plain));
  });

  it("gives the same codes for both tilings, and stores one column scale", async () => {
    const { weight, context } = await readInput();
    const [one, two] = (["1d", "2d"] as const).map((tiling) =>
      awqColumn.quantize(weight, { ...config, tiling, aux: "f16" }, context),
    );
    expect({ ...two, tiling: "1d" }).toEqual(one);
    expect(one.columnScale?.shape).toEqual([1, 192]);
    expect(storedBytes(one)).toBe((128 * 192) / 2 + 128 * 3 * 4 + 192 * 2);
  });

  it("takes every option into account", async () => {
    const { weight, context } = await readInput();
    // The norms agree on the candidate in most settings of this matrix.
    const fine = { ...config, bits: 6, groupSize: 32 };
    const standard = awqColumn.quantize(weight, fine, context);
    expect(awqColumn.quantize(weight, fine, context, awqColumn.defaults)).toEqual(standard);
    for (const change of [{ weightTerm: false }, { norm: "l1" }] as const) {
      expect(awqColumn.quantize(weight, fine, context, change), JSON.stringify(change)).not.toEqual(standard);
    }
  });

  it("refuses an option outside its range by name", async () => {
    const { weight, context } = await readInput();
    for (const [change, message] of [
      [{ weightTerm: 1 }, "awq-column: option weightTerm is 1 and must be true or false."],
      [{ norm: "l3" }, "option norm is l3 and must be one of l1, l2."],
    ] as const) {
      expect(() => awqColumn.quantize(weight, config, context, change as unknown as AwqColumnOptions)).toThrow(message);
    }
  });
});
