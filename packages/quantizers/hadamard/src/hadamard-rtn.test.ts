import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  bitsPerWeight,
  decode,
  type QuantizeConfig,
  quantizerConformance,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { openSafetensors, seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { hadamardRtn } from "./hadamard-rtn.ts";

const kernels = loadKernels();
const config: QuantizeConfig = { bits: 4, groupSize: 48, tiling: "1d", aux: "f32" };

async function readOracle(bits: number) {
  const source = await openSafetensors(join(import.meta.dirname, "fixtures/hadamard_48x96.safetensors"));
  const oracle = {
    weight: { rows: 48, cols: 96, data: await source.readFloat32("weight") },
    codes: await source.readInt32(`codes_b${bits}`),
    dequantized: await source.readFloat32(`dequantized_b${bits}`),
  };
  await source.close();
  return oracle;
}

function squares(values: Float32Array, weight: Float32Array): number {
  return values.reduce((sum, value, i) => sum + (value - weight[i]) ** 2, 0);
}

describe("hadamard-rtn", () => {
  it.each(quantizerConformance(hadamardRtn, { kernels }))("$name", ({ run }) => run());

  it.each([referenceKernels, kernels])(
    "agrees with the product by the matrix in float64, $id kernels",
    async (kernels) => {
      for (const bits of [3, 4]) {
        const { weight, codes, dequantized } = await readOracle(bits);
        const encoded = hadamardRtn.quantize(weight, { ...config, bits }, { kernels });
        expect(encoded.inputTransform).toEqual({ kind: "hadamard", block: 32 });
        expect(Int32Array.from(kernels.unpack(encoded.codes, bits, 48 * 96))).toEqual(codes);
        decode(encoded, kernels).forEach((value, i) => {
          expect(Math.abs(value - dequantized[i])).toBeLessThanOrEqual(1e-5 * Math.abs(dequantized[i]) + 1e-6);
        });
      }
    },
  );

  it("needs nothing but the encoding to give the weight back", async () => {
    const { weight } = await readOracle(4);
    const encoded = hadamardRtn.quantize(weight, { ...config, bits: 8 }, { kernels });
    const { inputTransform: _, ...without } = encoded;
    expect(squares(decode(encoded, kernels), weight.data)).toBeLessThan(
      1e-3 * squares(new Float32Array(4608), weight.data),
    );
    expect(squares(decode(without, kernels), weight.data)).toBeGreaterThan(
      squares(new Float32Array(4608), weight.data),
    );
  });

  it("has blocks of the largest power of two that divides the width", () => {
    for (const [cols, block] of [
      [96, 32],
      [288, 32],
      [256, 256],
      [48, 16],
      [17, 1],
    ]) {
      const weight = { rows: 2, cols, data: seededRandom(cols).fillNormal(new Float32Array(2 * cols)) };
      const encoded = hadamardRtn.quantize(weight, { ...config, groupSize: cols }, { kernels });
      expect(encoded.inputTransform?.block).toBe(block);
    }
  });

  it("halves the error of rtn where a column is loud", async () => {
    const { weight } = await readOracle(4);
    const request = { method: "rtn", config, group: 48, rounding: roundings.rtn };
    const plain = squares(decode(roundAndStore(weight, request, { kernels }), kernels), weight.data);
    const turned = squares(decode(hadamardRtn.quantize(weight, config, { kernels }), kernels), weight.data);
    expect(turned).toBeLessThan(0.5 * plain);
  });

  it("takes no more bits than rtn", () => {
    const weight = { rows: 64, cols: 128, data: seededRandom(1).fillNormal(new Float32Array(64 * 128)) };
    const encoded = hadamardRtn.quantize(weight, { ...config, groupSize: 64, aux: "f16" }, { kernels });
    expect(bitsPerWeight(encoded)).toBe(4.5);
  });

  it("names the weight that is not finite, not the block it spreads over", () => {
    for (const at of [0, 70]) {
      const weight = { rows: 2, cols: 64, data: new Float32Array(128).fill(1) };
      weight.data[at] = Number.NaN;
      expect(() => hadamardRtn.quantize(weight, { ...config, groupSize: 32 }, { kernels })).toThrow(
        `row ${Math.floor(at / 64)}, column ${at % 64} is NaN`,
      );
    }
  });

  it("says that sums overflow where the weights do not", () => {
    const weight = { rows: 1, cols: 32, data: new Float32Array(32).fill(3e38) };
    expect(() => hadamardRtn.quantize(weight, { ...config, groupSize: 32 }, { kernels })).toThrow(
      "hadamard-rtn: the sums of the rotated weight exceed float32; scale the weight down before quantizing.",
    );
  });
});
