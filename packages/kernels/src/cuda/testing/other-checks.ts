import fc from "fast-check";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import type { ErrorNorm, HqqOptions, RoundOptions } from "../../types.ts";
import { type Check, eachWay, expectSame, SEED } from "./each-way.ts";
import { drawWeights, normalizationOf, tiledMatrices } from "./weights.ts";

const solvers = fc.record({
  bits: fc.integer({ min: 2, max: 8 }),
  iterations: fc.integer({ min: 1, max: 12 }),
  roundZero: fc.boolean(),
  keep: fc.constantFrom("last", "best"),
  zeroLimit: fc.constantFrom(3.4e38, 2048, 3),
  lpNorm: fc.constantFrom(0.7, 0.4, 1),
  beta: fc.constantFrom(10, 1, 1e4),
  tileRows: fc.integer({ min: 1, max: 50 }),
  normalized: fc.boolean(),
});

const hqqCheck = (name: string, rows: number, numRuns: number, widths?: readonly number[]): Check => ({
  name,
  run: (library) =>
    fc.assert(
      fc.property(tiledMatrices({ rows, tiles: 2 }, widths), solvers, (matrix, { normalized, ...rest }) => {
        const { cols, group, weight } = matrix;
        const normalize = normalized && { normalize: normalizationOf(matrix) };
        const options: HqqOptions = { ...rest, group, ...normalize };
        const expected = referenceKernels.hqq(weight, matrix.rows, cols, options);
        eachWay(library, (kernels, what) => {
          const ours = kernels.hqq(weight, matrix.rows, cols, options);
          const told = `hqq ${matrix.rows} x ${cols}, groups of ${group}, ${rest.keep}, ${what}`;
          expectSame(told, [ours.codes, ours.scale, ours.zero], [expected.codes, expected.scale, expected.zero]);
        });
      }),
      { numRuns, seed: SEED },
    ),
});

const errorOptions = fc.record({
  tokens: fc.integer({ min: 1, max: 70 }),
  scheme: fc.constantFrom("asymmetric", "symmetric", "codebook-shift", "codebook-absmax"),
  norm: fc.constantFrom<ErrorNorm[]>("l1", "l2"),
  normalized: fc.boolean(),
});

/** Some beyond the 256 columns whose products are summed in float32. */
const errorMatrices = fc.oneof(
  tiledMatrices({ rows: 80, tiles: 3 }),
  tiledMatrices({ rows: 30, tiles: 2 }, [100, 256]),
);

export const otherChecks: readonly Check[] = [
  hqqCheck("solve half-quadratic problems to the bits of the reference: groups of any width", 40, 40),
  hqqCheck("solve half-quadratic problems to the bits of the reference: groups of 64", 40, 20, [64]),
  hqqCheck("solve half-quadratic problems to the bits of the reference: tiles of several blocks", 300, 8, [16]),
  {
    name: "give the errors of outputs, of given and of rounded weights, to the bits of the reference",
    run: (library) =>
      fc.assert(
        fc.property(errorMatrices, errorOptions, (matrix, { tokens, scheme, norm, normalized }) => {
          const { rows, cols, group, weight } = matrix;
          const x = drawWeights("normal", tokens * cols, tokens);
          const other = drawWeights("normal", rows * cols, rows);
          const levels = scheme.startsWith("codebook") ? { levels: Float32Array.of(-1, -0.3, 0, 0.2, 1) } : {};
          const normalize = normalized && { normalize: normalizationOf(matrix) };
          const options = { scheme, bits: 3, group, zeroLimit: 65_504, ...levels, ...normalize } as RoundOptions;
          const expected = [
            referenceKernels.outputError(x, tokens, weight, other, rows, cols, norm),
            referenceKernels.roundedError(x, tokens, weight, rows, cols, options, norm),
          ];
          eachWay(library, (kernels, what) => {
            const ours = [
              kernels.outputError(x, tokens, weight, other, rows, cols, norm),
              kernels.roundedError(x, tokens, weight, rows, cols, options, norm),
            ];
            if (!ours.every((error, k) => Object.is(error, expected[k]))) {
              throw new Error(`errors of ${tokens} x ${rows} x ${cols}, ${what}: ${ours}, not ${expected}`);
            }
          });
        }),
        { numRuns: 30, seed: SEED },
      ),
  },
  {
    name: "transform by Hadamard matrices of every size to the bits of the reference, in place or not",
    run: (library) => {
      for (let power = 0; power <= 13; power++) {
        const block = 2 ** power;
        const [rows, cols] = [power < 9 ? 7 : 2, 3 * block];
        const x = drawWeights("normal", rows * cols, power);
        const before = x.slice();
        const expected = referenceKernels.hadamard(x, rows, cols, block);
        eachWay(library, (kernels, what) => {
          expectSame(`hadamard of ${block}, ${what}`, [kernels.hadamard(x, rows, cols, block), x], [expected, before]);
          const copy = x.slice();
          kernels.hadamard(copy, rows, cols, block, copy);
          expectSame(`hadamard of ${block} in place, ${what}`, [copy], [expected]);
        });
      }
    },
  },
];
