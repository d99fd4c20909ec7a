import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  decode,
  type Encoded,
  type QuantizeConfig,
  quantizerConformance,
  rotateInputs,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { gptq } from "./gptq.ts";
import { hadamardGptq } from "./hadamard-gptq.ts";

const kernels = loadKernels();
const config: QuantizeConfig = { bits: 4, groupSize: 32, tiling: "1d", aux: "f32" };
const fixture = (name: string) => openSafetensors(join(import.meta.dirname, `fixtures/${name}.safetensors`));

/** The weight and activations of `gptq`'s spec: 192 inputs, so three blocks of 64. */
async function readInput() {
  const file = await fixture("gptq");
  const read = async (name: string, rows: number) => ({ rows, cols: 192, data: await file.readFloat32(name) });
  const weight = await read("weight", 24);
  const activations = await read("activations", 240);
  await file.close();
  return {
    ...{ weight, activations },
    context: { kernels, statistics: activationStatistics(activations, hadamardGptq.needs!) },
  };
}

describe("hadamard-gptq", () => {
  it.each(quantizerConformance(hadamardGptq, { kernels, others: [referenceKernels] }))("$name", ({ run }) => run());

  // The published GPTQ formulas in float64 (PyTorch) on the weight and activations times the matrix of the rotation.
  it.each([
    ["b4_g32_act", 4, 32, true],
    ["b3_g32_act", 3, 32, true],
    ["b3_g64_plain", 3, 64, false],
  ])("gives the weights of the published formulas on rotated inputs: %s", async (name, bits, groupSize, actOrder) => {
    const { weight, context } = await readInput();
    const file = await fixture("hadamard-gptq");
    const expected = await file.readFloat32(name);
    await file.close();
    const encoded = hadamardGptq.quantize(weight, { ...config, bits, groupSize }, context, { actOrder });
    expect(encoded.inputTransform).toEqual({ kind: "hadamard", block: 64 });
    decode(encoded, kernels).forEach((value, i) => {
      expect(Math.abs(value - expected[i]), `weight ${i}`).toBeLessThan(1e-4 * Math.abs(expected[i]) + 1e-5);
    });
  });

  it("lowers the error of the outputs far below that of rounding each rotated weight", async () => {
    const { weight, activations, context } = await readInput();
    const { weight: rotated, inputTransform } = rotateInputs(weight, kernels);
    const request = { method: "rounded", config, group: 32, rounding: roundings.rtn };
    const rounded = { ...roundAndStore(rotated, request, context), inputTransform };
    const error = (encoded: Encoded) =>
      kernels.outputError(activations.data, 240, weight.data, decode(encoded, kernels), 24, 192, "l2");
    expect(error(hadamardGptq.quantize(weight, config, context))).toBeLessThan(0.6 * error(rounded));
  });

  it("shares second moments with gptq without changing what it gives", async () => {
    const { weight, context } = await readInput();
    const before = gptq.quantize(weight, config, context);
    const turned = hadamardGptq.quantize(weight, config, context);
    expect(gptq.quantize(weight, config, context)).toEqual(before);
    expect(hadamardGptq.quantize(weight, config, context)).toEqual(turned);
    expect(turned.codes).not.toEqual(before.codes);
  });

  it("takes every option into account", async () => {
    const { weight, context } = await readInput();
    const standard = hadamardGptq.quantize(weight, config, context);
    expect(hadamardGptq.defaults).toEqual(gptq.defaults);
    for (const change of [{ actOrder: false }, { block: 32 }, { damping: 0.1 }]) {
      expect(hadamardGptq.quantize(weight, config, context, change), JSON.stringify(change)).not.toEqual(standard);
    }
    expect(() => hadamardGptq.quantize(weight, config, context, { block: 0 })).toThrow("block");
  });

  it("names the weight that is not finite, not the block it spreads over, and sums that overflow", async () => {
    const { weight, context } = await readInput();
    const bad = { ...weight, data: weight.data.slice() };
    bad.data[3 * 192 + 70] = Number.NaN;
    expect(() => hadamardGptq.quantize(bad, config, context)).toThrow("row 3, column 70 is NaN");
    const huge = { ...weight, data: new Float32Array(24 * 192).fill(3e38) };
    expect(() => hadamardGptq.quantize(huge, config, context)).toThrow(
      "hadamard-gptq: the sums of the rotated weight exceed float32; scale the weight down before quantizing.",
    );
  });
});
