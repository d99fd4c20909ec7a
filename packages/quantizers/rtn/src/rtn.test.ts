import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import { decode, loadAux, publishedAgreement, quantizerConformance, storedBytes } from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { rtn, rtnSym } from "./rtn.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);
const weight = { rows: 64, cols: 96, data: seededRandom(1).fillNormal(new Float32Array(64 * 96), 0.05) };

describe.each([rtn, rtnSym])("$info.id", (quantizer) => {
  it.each(quantizerConformance(quantizer, { kernels }))("$name", ({ run }) => run());

  it("gives both tilings the same groups", () => {
    const make = (tiling: "1d" | "2d") =>
      quantizer.quantize(weight, { bits: 4, groupSize: 32, tiling, aux: "f16" }, { kernels });
    expect({ ...make("2d"), tiling: "1d" }).toEqual(make("1d"));
  });
});

describe.each([referenceKernels, kernels])("rtn against outputs of the published SINQ code, $id kernels", (kernels) => {
  it.each([2, 3, 4, 8])("%i bits: every code and weight", async (bits) => {
    const files = {
      weight: fixture("input_outlier_128x192"),
      output: fixture(`rtn_outlier_128x192_b${bits}_g64_1D`),
    };
    expect(await publishedAgreement(rtn, files, kernels)).toEqual({
      close: 1,
      worstSteps: expect.closeTo(0, 3),
      differentCodes: 0,
      differentAuxCodes: 0,
    });
  });
});

describe("rtn", () => {
  it("takes bits + 2 x 16 / group of a weight in f16, and no column scale", () => {
    const encoded = rtn.quantize(weight, { bits: 4, groupSize: 64, tiling: "1d", aux: "f16" }, { kernels });
    expect(encoded.group).toBe(32);
    expect(encoded.columnScale).toBeUndefined();
    expect((8 * storedBytes(encoded)) / (64 * 96)).toBe(4 + (2 * 16) / 32);
  });

  it.each(["f32", "f16"] as const)("gives constant rows back to 0.1 %% or half the spread floor, aux %s", (aux) => {
    const sizes = [0.0003, -0.02, 0.3, -1, 3, 1000, -20_000, 60_000];
    const constant = { rows: 8, cols: 32, data: Float32Array.from({ length: 256 }, (_, i) => sizes[i >> 5]) };
    for (const bits of rtn.info.bits) {
      const encoded = rtn.quantize(constant, { bits, groupSize: 32, tiling: "1d", aux }, { kernels });
      decode(encoded, kernels).forEach((value, i) => {
        const error = Math.abs(value - constant.data[i]);
        expect(error).toBeLessThanOrEqual(0.001 * Math.abs(constant.data[i]) + 0.00007);
      });
    }
  });
});

describe("rtn-sym", () => {
  it("stores one zero point for all groups", () => {
    const encoded = rtnSym.quantize(weight, { bits: 4, groupSize: 32, tiling: "1d", aux: "f16" }, { kernels });
    expect(loadAux(encoded.zero)).toEqual(Float32Array.of(7));
    expect(storedBytes(encoded)).toBe((64 * 96) / 2 + 64 * 3 * 2 + 2);
  });

  it("decodes w and -w to opposite values, with |w| of the group's largest weight exact", () => {
    const opposite = { ...weight, data: weight.data.map((value) => -value) };
    for (const bits of rtnSym.info.bits) {
      const config = { bits, groupSize: 32, tiling: "1d", aux: "f32" } as const;
      const decoded = decode(rtnSym.quantize(weight, config, { kernels }), kernels);
      expect(decode(rtnSym.quantize(opposite, config, { kernels }), kernels).map((value) => 0 - value)).toEqual(
        decoded,
      );
      const row = weight.data.subarray(0, 32);
      const largest = row.reduce((best, value, j) => (Math.abs(value) > Math.abs(row[best]) ? j : best), 0);
      expect(decoded[largest]).toBeCloseTo(row[largest], 7);
    }
  });

  it("says why 2 bits are not defined", () => {
    expect(() => rtnSym.quantize(weight, { bits: 2, groupSize: 32, tiling: "1d", aux: "f16" }, { kernels })).toThrow(
      /rtn-sym is not defined for 2 bits \(.*divide by zero\); choose --bits 3, 4, 5, 6, 7, 8/,
    );
  });
});
