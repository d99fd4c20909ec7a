import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  bitsPerWeight,
  decode,
  loadAux,
  type QuantizeConfig,
  quantizerConformance,
  storedBytes,
} from "@sinqbench/quantizer";
import { openSafetensors, seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { fp4 } from "./fp4.ts";
import { nf4 } from "./nf4.ts";

const kernels = loadKernels();
const config: QuantizeConfig = { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" };
const ROWS = 97;
const COLS = 133;
const COUNT = ROWS * COLS;

/** What the published formulas of bitsandbytes give for the weight in the same file. */
async function readPublished() {
  const source = await openSafetensors(join(import.meta.dirname, "fixtures/bitsandbytes_97x133.safetensors"));
  const floats = (name: string) => source.readFloat32(name);
  const codes = async (name: string) => Uint8Array.from(await source.readInt32(name));
  const published = {
    weight: { rows: ROWS, cols: COLS, data: await floats("weight") },
    absmax: await floats("nf4_absmax"),
    doubleAbsmax: await floats("double_absmax"),
    doubleCodes: await codes("double_codes"),
    dynamic: await floats("dynamic"),
    codes: { nf4: await codes("nf4_codes"), fp4: await codes("fp4_codes") },
  };
  await source.close();
  return published;
}

const random = (rows: number, cols: number) => ({
  ...{ rows, cols },
  data: seededRandom(4).fillNormal(new Float32Array(rows * cols), 0.05),
});

describe.each([nf4, fp4])("$info.id", (quantizer) => {
  it.each(quantizerConformance(quantizer, { kernels }))("$name", ({ run }) => run());

  it.each([referenceKernels, kernels])("gives bitsandbytes' codes and scales, $id kernels", async (kernels) => {
    const { weight, absmax, codes } = await readPublished();
    const encoded = quantizer.quantize(weight, config, { kernels });
    expect(kernels.unpack(encoded.codes, 4, COUNT)).toEqual(codes[quantizer.info.id as "nf4" | "fp4"]);
    expect(loadAux(encoded.scale)).toEqual(absmax);
    const ours = decode(encoded, kernels);
    const expected = codes[quantizer.info.id as "nf4" | "fp4"];
    expected.forEach((code, i) => {
      const value = Math.fround(encoded.levels![code] * absmax[i >> 6]);
      if (ours[i] !== value) throw new Error(`weight ${i} decodes to ${ours[i]}, not ${value}`);
    });
  });

  it("has blocks of the flattened matrix, the last one as long as what is left", async () => {
    const { weight } = await readPublished();
    const encoded = quantizer.quantize(weight, { ...config, aux: "f16" }, { kernels });
    expect([encoded.group, encoded.grouping, encoded.scale.shape]).toEqual([64, "flat", [202]]);
    // Half a byte a weight, two for a scale, two for the zero point 0, the levels.
    expect(storedBytes(encoded)).toBe(6451 + 2 * 202 + 2 + encoded.levels!.byteLength);
  });

  it("stores scales in 8 bits by double quantization", async () => {
    const { weight, doubleAbsmax, doubleCodes, dynamic, absmax } = await readPublished();
    const encoded = quantizer.quantize(weight, config, { kernels }, quantizer.presets!["double-quantization"].options);
    const { scale } = encoded;
    if (scale.dtype !== "dynamic8") throw new Error(`scales are ${scale.dtype}`);
    expect(scale.data).toEqual(doubleCodes);
    loadAux(scale).forEach((value, i) => {
      expect(Math.abs(value - doubleAbsmax[i])).toBeLessThanOrEqual(1e-6 * absmax[i] + 1e-7);
    });
    scale.levels.forEach((level, i) => {
      expect(Math.abs(level - dynamic[i])).toBeLessThanOrEqual(2e-7 * Math.abs(dynamic[i]));
    });
    expect(encoded.codes).toEqual(quantizer.quantize(weight, config, { kernels }).codes);
    expect(decode(encoded, kernels).every(Number.isFinite)).toBe(true);
  });

  it("takes the bits per weight that the README says", () => {
    const weight = random(512, 1024);
    const fixed = (8 * (4 * 16 + 4)) / weight.data.length;
    const bits = (aux: "f32" | "f16" | "u8", doubleQuantization = false) =>
      bitsPerWeight(quantizer.quantize(weight, { ...config, aux }, { kernels }, { doubleQuantization })) - 4;
    expect(bits("f32")).toBeCloseTo(0.5, 2);
    expect(bits("f16")).toBeCloseTo(0.25, 2);
    expect(bits("u8")).toBeCloseTo(10 / 64, 2);
    expect(bits("f16", true)).toBeCloseTo(8 / 64 + 32 / (64 * 256) + (8 * (1024 + 4)) / weight.data.length, 2);
    expect(bits("f32")).toBeLessThanOrEqual(0.5 + fixed);
  });

  it("refuses other blocks and options", () => {
    const weight = random(32, 64);
    for (const groupSize of [1, 48, 63]) {
      expect(() => quantizer.quantize(weight, { ...config, groupSize }, { kernels })).toThrow(
        `Group size ${groupSize} is not a block of bitsandbytes; choose a power of two, such as --group-size 64.`,
      );
    }
    expect(() =>
      quantizer.quantize(weight, config, { kernels }, { doubleQuantization: 1 as unknown as boolean }),
    ).toThrow("option doubleQuantization is 1 and must be true or false.");
  });
});

describe("fp4", () => {
  it("leaves the other half of the last byte empty", () => {
    for (const value of [0.5, -0.5, 0]) {
      const { codes } = fp4.quantize({ rows: 1, cols: 3, data: Float32Array.of(1, 1, value) }, config, { kernels });
      expect(codes[1] >> 4).toBe(0);
    }
  });

  it("never takes the negative zero", () => {
    const { codes } = fp4.quantize({ rows: 1, cols: 4, data: Float32Array.of(1, -0.0001, -0, 0) }, config, { kernels });
    expect([...kernels.unpack(codes, 4, 4)]).toEqual([3, 0, 0, 0]);
  });
});
