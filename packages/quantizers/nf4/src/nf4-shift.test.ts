import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import { publishedAgreement, quantizerConformance } from "@sinqbench/quantizer";
import { describe, expect, it } from "vitest";
import { nf4Shift } from "./nf4-shift.ts";

const kernels = loadKernels();
const fixture = (name: string) => join(import.meta.dirname, "fixtures", `${name}.safetensors`);

describe("nf4-shift", () => {
  it.each(quantizerConformance(nf4Shift, { kernels }))("$name", ({ run }) => run());

  it.each([referenceKernels, kernels])(
    "gives the codes and weights of the published SINQ code, $id kernels",
    async (kernels) => {
      const files = { weight: fixture("input_outlier_128x192"), output: fixture("nf4_outlier_128x192_b4_g64_1D") };
      expect(await publishedAgreement(nf4Shift, files, kernels)).toEqual({
        close: 1,
        worstSteps: expect.closeTo(0, 3),
        differentCodes: 0,
        differentAuxCodes: 0,
      });
    },
  );

  it("keeps a group's mean where shifting the weights shifts the decoded ones", () => {
    const ramp = Float32Array.from({ length: 32 }, (_, j) => (j - 15.5) / 256);
    const shifted = ramp.map((value) => value + 1);
    const config = { bits: 4, groupSize: 32, tiling: "1d", aux: "f32" } as const;
    const codes = [ramp, shifted].map(
      (data) => nf4Shift.quantize({ rows: 1, cols: 32, data }, config, { kernels }).codes,
    );
    expect(codes[1]).toEqual(codes[0]);
  });
});
