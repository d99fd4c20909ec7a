import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import type { RoundOptions, RoundScheme } from "../types.ts";
import { inspectNative } from "./build.ts";

function random(seed: number) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Values of sizes that differ by 10^spread. */
function draw(count: number, seed: number, spread: number): Float32Array {
  const { uniform, normal } = random(seed);
  return Float32Array.from({ length: count }, () => normal() * 10 ** (spread * (uniform() - 0.5)));
}

const shape = fc.record({
  tokens: fc.integer({ min: 1, max: 30 }),
  outputs: fc.integer({ min: 1, max: 90 }),
  group: fc.integer({ min: 1, max: 45 }),
  groups: fc.integer({ min: 1, max: 4 }),
  tiles: fc.integer({ min: 1, max: 3 }),
  tileRows: fc.integer({ min: 1, max: 100 }),
  seed: fc.integer(),
  spread: fc.constantFrom(0, 3, 70),
});

describe.skipIf(inspectNative().compiler === null)("errors of outputs in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  it("have the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(shape, ({ tokens, outputs, group, groups, tiles, seed, spread }) => {
        const cols = group * groups * tiles;
        const x = draw(tokens * cols, seed, spread);
        const weight = draw(outputs * cols, seed + 1, spread);
        const other = draw(outputs * cols, seed + 2, spread);
        for (const norm of ["l1", "l2"] as const) {
          const expected = referenceKernels.outputError(x, tokens, weight, other, outputs, cols, norm);
          for (const kernels of native) {
            expect(kernels.outputError(x, tokens, weight, other, outputs, cols, norm)).toBe(expected);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [529, 65, 513],
    [1057, 3, 256],
  ])("agree for %i tokens, %i outputs and %i columns, which fill many tiles", (tokens, outputs, cols) => {
    const x = draw(tokens * cols, 1, 2);
    const weight = draw(outputs * cols, 2, 2);
    const other = draw(outputs * cols, 3, 2);
    const expected = referenceKernels.outputError(x, tokens, weight, other, outputs, cols, "l1");
    for (const kernels of native) {
      expect(kernels.outputError(x, tokens, weight, other, outputs, cols, "l1")).toBe(expected);
    }
  });

  it("round in passing to the same bits", () => {
    const schemes: RoundScheme[] = ["asymmetric", "symmetric", "codebook-shift", "codebook-absmax"];
    const setting = fc.record({
      scheme: fc.constantFrom(...schemes),
      bits: fc.integer({ min: 3, max: 8 }),
      zeroLimit: fc.constantFrom(Number.POSITIVE_INFINITY, 3),
      normalized: fc.boolean(),
      norm: fc.constantFrom("l1" as const, "l2" as const),
    });
    fc.assert(
      fc.property(shape, setting, (s, { scheme, bits, zeroLimit, normalized, norm }) => {
        const { tokens, outputs, group, groups, tiles, tileRows, seed } = s;
        const tileCols = group * groups;
        const cols = tileCols * tiles;
        const x = draw(tokens * cols, seed, 1);
        const weight = draw(outputs * cols, seed + 1, Math.min(s.spread, 3));
        const levels = Float32Array.from({ length: 7 }, (_, k) => Math.sinh((k - 3) / 2) / 2.5);
        const normalize = {
          rowScale: draw(outputs * tiles, seed + 2, 1).map((value) => Math.abs(value) + 1e-3),
          columnScale: draw(Math.ceil(outputs / tileRows) * cols, seed + 3, 1).map((value) => Math.abs(value) + 1e-3),
          ...{ tileRows, tileCols },
        };
        const options: RoundOptions = {
          ...{ scheme, bits, group, zeroLimit },
          ...(scheme.startsWith("codebook") && { levels }),
          ...(normalized && { normalize }),
        };
        const expected = referenceKernels.roundedError(x, tokens, weight, outputs, cols, options, norm);
        for (const kernels of native) {
          expect(kernels.roundedError(x, tokens, weight, outputs, cols, options, norm)).toBe(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("name the first weight that is not finite, whichever thread meets one", () => {
    const weight = draw(200 * 16, 1, 0);
    weight[70 * 16 + 3] = Number.NEGATIVE_INFINITY;
    weight[180 * 16] = Number.NaN;
    const options: RoundOptions = { scheme: "asymmetric", bits: 4, group: 8, zeroLimit: 65_504 };
    for (const kernels of [referenceKernels, ...native]) {
      expect(() => kernels.roundedError(draw(32, 2, 0), 2, weight, 200, 16, options, "l1")).toThrow(
        "row 70, column 3 is -Infinity",
      );
    }
  });
});
