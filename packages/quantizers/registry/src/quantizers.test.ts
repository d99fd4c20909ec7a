import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import { activationStatistics, decode, quantizerConformance } from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizers } from "./quantizers.ts";

const kernels = loadKernels({ threads: 1 });
const others = [loadKernels({ threads: 2 }), loadKernels({ threads: 3 }), referenceKernels];

describe("quantizers", () => {
  it("begin with the paper's, in the order of its tables, by the ids of the command line", () => {
    const ids = quantizers.map(({ info }) => info.id);
    const published = [
      "rtn",
      "rtn-sym",
      "hadamard-rtn",
      "hqq",
      "hqq-sinq",
      "sinq",
      "sinq-sym",
      "nf4",
      "fp4",
      "nf4-shift",
      "sinq-nf4",
      "sinq-nf3",
      "sinq-hqq",
      "sinq-no-overhead",
      "awq",
      "awq-column",
      "asinq",
      "gptq",
    ];
    expect(ids.slice(0, published.length)).toEqual(published);
  });

  it("have ids and labels of their own", () => {
    expect(new Set(quantizers.map(({ info }) => info.id)).size).toBe(quantizers.length);
    expect(new Set(quantizers.map(({ info }) => info.label)).size).toBe(quantizers.length);
    for (const { info } of quantizers) expect(info.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});

describe.each(quantizers)("$info.id", (quantizer) => {
  it.each(quantizerConformance(quantizer, { kernels, others }))("$name", ({ run }) => run());

  it("gives the same bits from every kernel on any matrix", () => {
    const { bits, tilings, grouping } = quantizer.info;
    const cases = fc.record({
      seed: fc.nat(),
      rows: fc.integer({ min: 1, max: 90 }),
      cols: fc.integer({ min: 1, max: 8 }).map((n) => 16 * n),
      size: fc.constantFrom(1e-38, 1e-6, 0.02, 30, 1e6),
      mean: fc.constantFrom(0, 0, 1, -50),
      bits: fc.constantFrom(...bits),
      // Groups that run on across rows are not halved until they fit.
      groupSize: fc.constantFrom(16, ...(grouping === "flat" ? [8] : [64])),
      tiling: fc.constantFrom(...tilings),
    });
    fc.assert(
      fc.property(cases, ({ seed, rows, cols, size, mean, ...settings }) => {
        const data = seededRandom(seed).fillNormal(new Float32Array(rows * cols), size, size * mean);
        const inputs = { rows: 12, cols, data: seededRandom(seed + 1).fillNormal(new Float32Array(12 * cols)) };
        const statistics = quantizer.needs && { statistics: activationStatistics(inputs, quantizer.needs) };
        const results = [kernels, ...others].map((kernels) => {
          const context = { kernels, ...statistics };
          const encoded = quantizer.quantize({ rows, cols, data }, { ...settings, aux: "f32" }, context);
          return { encoded, decoded: decode(encoded, kernels) };
        });
        expect(results[0].decoded.every(Number.isFinite)).toBe(true);
        for (const result of results) expect(result).toEqual(results[0]);
      }),
      { numRuns: 40 },
    );
  });
});
