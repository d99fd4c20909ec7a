import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  decode,
  loadAux,
  type QuantizeConfig,
  quantizerConformance,
  storedBytes,
} from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { gptq } from "./gptq.ts";
import type { GptqOptions } from "./gptq-options.ts";

const kernels = loadKernels();
const config: QuantizeConfig = { bits: 4, groupSize: 32, tiling: "1d", aux: "f32" };

/**
 * A weight [24, 192], correlated activations [240, 192] of which columns 17 and 101 are always 0, and what the published
 * formulas give for them in float64 (PyTorch; in float32 they give the same to 1e-4); a quantization step is 1e-2.
 */
async function readFixture() {
  const file = await openSafetensors(join(import.meta.dirname, "fixtures/gptq.safetensors"));
  const read = async (name: string, rows: number) => ({ rows, cols: 192, data: await file.readFloat32(name) });
  const weight = await read("weight", 24);
  const activations = await read("activations", 240);
  const published = new Map<string, Float32Array>();
  for (const name of file.names()) if (name.startsWith("b")) published.set(name, await file.readFloat32(name));
  await file.close();
  const statistics = activationStatistics(activations, gptq.needs!);
  return { weight, activations, published, context: { kernels, statistics } };
}

describe("gptq", () => {
  it.each(quantizerConformance(gptq, { kernels, others: [referenceKernels] }))("$name", ({ run }) => run());

  it.each([
    ["b4_g32_act", 4, 32, true],
    ["b3_g32_act", 3, 32, true],
    ["b2_g16_act", 2, 16, true],
    ["b4_g64_act", 4, 64, true],
    ["b4_g32_plain", 4, 32, false],
    ["b3_g192_act", 3, 192, true],
  ])("gives the weights of the published formulas: %s", async (name, bits, groupSize, actOrder) => {
    const { weight, published, context } = await readFixture();
    const decoded = decode(gptq.quantize(weight, { ...config, bits, groupSize }, context, { actOrder }), kernels);
    const expected = published.get(name)!;
    decoded.forEach((value, i) => {
      expect(Math.abs(value - expected[i]), `weight ${i}`).toBeLessThan(1e-4 * Math.abs(expected[i]) + 1e-5);
    });
  });

  it("lowers the error of the outputs far below that of rounding each weight", async () => {
    const { weight, activations, context } = await readFixture();
    const error = (data: Float32Array) => kernels.outputError(activations.data, 240, weight.data, data, 24, 192, "l2");
    const rounded = kernels.round(weight.data, 24, 192, {
      scheme: "asymmetric",
      bits: 3,
      group: 32,
      zeroLimit: Number.POSITIVE_INFINITY,
    });
    const plain = kernels.dequantize({ rows: 24, cols: 192, bits: 3, group: 32, ...rounded, zero: rounded.zero! });
    const ours = decode(gptq.quantize(weight, { ...config, bits: 3 }, context), kernels);
    expect(error(ours)).toBeLessThan(0.5 * error(plain));
  });

  it("stores the order of the columns, and counts it", async () => {
    const { weight, context } = await readFixture();
    const [ordered, plain] = [true, false].map((actOrder) =>
      gptq.quantize(weight, { ...config, aux: "f16" }, context, { actOrder }),
    );
    expect([...ordered.columnOrder!].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 192 }, (_, j) => j));
    expect(plain.columnOrder).toBeUndefined();
    const bytes = (24 * 192) / 2 + 24 * 6 * (2 + 2);
    expect(storedBytes(ordered)).toBe(bytes + 192 * 4);
    expect(storedBytes(plain)).toBe(bytes);
    const into = new Float32Array(24 * 192);
    expect(decode(ordered, kernels, into)).toBe(into);
    expect(into).toEqual(decode(ordered, kernels));
  });

  it("keeps equal columns in their order, the largest first", async () => {
    const { weight, context } = await readFixture();
    const second = context.statistics.secondMoment!;
    const { columnOrder } = gptq.quantize(weight, config, context);
    const size = (p: number) => second.data[columnOrder![p] * 193] || 1;
    for (let p = 1; p < 192; p++) {
      expect(size(p)).toBeLessThanOrEqual(size(p - 1));
      if (size(p) === size(p - 1)) expect(columnOrder![p]).toBeGreaterThan(columnOrder![p - 1]);
    }
  });

  it("rounds halves to even", () => {
    const weight = { rows: 1, cols: 16, data: new Float32Array(16) };
    weight.data.set([15, 0.5, 1.5, 2.5, 3.5]);
    const secondMoment = { rows: 16, cols: 16, data: new Float32Array(256) };
    for (let j = 0; j < 16; j++) secondMoment.data[17 * j] = 1;
    const context = { kernels, statistics: { tokens: 1, secondMoment } };
    const decoded = decode(gptq.quantize(weight, { ...config, groupSize: 16 }, context), kernels);
    expect([...decoded.subarray(0, 6)]).toEqual([15, 0, 2, 2, 4, 0]);
  });

  it("stores zero points within the codes, as 0 is always in range", async () => {
    const { weight, context } = await readFixture();
    const far = { ...weight, data: weight.data.map((value) => value + 3) };
    for (const value of loadAux(gptq.quantize(far, config, context).zero)) expect(value).toBe(0);
  });

  it("takes every option into account", async () => {
    const { weight, context } = await readFixture();
    const standard = gptq.quantize(weight, config, context);
    expect(gptq.defaults).toEqual({ actOrder: true, block: 128, damping: 0.01 });
    expect(gptq.quantize(weight, config, context, gptq.defaults)).toEqual(standard);
    for (const change of [{ actOrder: false }, { block: 32 }, { damping: 0.1 }]) {
      expect(gptq.quantize(weight, config, context, change), JSON.stringify(change)).not.toEqual(standard);
    }
    expect(gptq.quantize(weight, config, context)).toEqual(standard);
  });

  it("refuses an option outside its range by name, and second moments that are none", async () => {
    const { weight, context } = await readFixture();
    for (const [change, message] of [
      [{ actOrder: 1 }, "gptq: option actOrder is 1 and must be true or false."],
      [{ block: 0 }, "block is 0"],
      [{ block: 1.5 }, "block is 1.5"],
      [{ damping: 0 }, "damping is 0"],
      [{ damping: 1.01 }, "damping is 1.01 and must be a number above 0 and at most 1."],
      [{ damping: Number.NaN }, "damping is NaN"],
    ] as const) {
      expect(() => gptq.quantize(weight, config, context, change as unknown as GptqOptions)).toThrow(message);
    }
    const secondMoment = { rows: 192, cols: 192, data: new Float32Array(192 * 192).fill(1) };
    for (let j = 0; j < 192; j++) secondMoment.data[j * 193] = 0.5;
    expect(() => gptq.quantize(weight, config, { kernels, statistics: { tokens: 1, secondMoment } })).toThrow(
      "not positive definite with damping 0.01",
    );
  });
});
