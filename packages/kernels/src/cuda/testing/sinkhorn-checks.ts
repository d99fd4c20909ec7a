import fc from "fast-check";
import { loadPublished, publishedNames } from "../../fixtures/load-published.ts";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import type { NormalizedRounded, RoundOptions, SinkhornOptions } from "../../types.ts";
import { cudaKernels } from "../cuda-kernels.ts";
import type { CudaLibrary } from "../cuda-library.ts";
import { type Check, eachWay, expectSame, SEED } from "./each-way.ts";
import { drawWeights, type Tiled, tiledMatrices } from "./weights.ts";

const STEP = { stepMin: 0.7, stepMax: 2 };

type Rule = Pick<RoundOptions, "scheme" | "bits" | "levels">;

const FOUR_BITS: Rule = { scheme: "asymmetric", bits: 4 };
const LEVELS = Float32Array.of(-1, -0.5, -0.2, 0, 0.3, 0.6, 1);

function normalization(
  library: CudaLibrary,
  matrix: Tiled,
  iterations: number,
  earlyStop: boolean,
  rule = FOUR_BITS,
): void {
  const { rows, cols, tileRows, tileCols, group, weight } = matrix;
  const options: SinkhornOptions = { tileRows, tileCols, iterations, ...STEP, earlyStop };
  const scales = referenceKernels.sinkhorn(weight, rows, cols, options);
  const rounding: RoundOptions = {
    ...{ ...rule, group, zeroLimit: 65_504 },
    normalize: { ...scales, tileRows, tileCols },
  };
  const rounded = referenceKernels.round(weight, rows, cols, rounding);
  eachWay(library, (kernels, what) => {
    const told = `${rows} x ${cols} in ${tileRows} x ${tileCols}, ${rule.scheme}, ${what}`;
    const ours = kernels.sinkhorn(weight, rows, cols, options);
    expectSame(`sinkhorn ${told}`, [ours.rowScale, ours.columnScale], [scales.rowScale, scales.columnScale]);
    const both = kernels.sinkhornRound(weight, rows, cols, options, rounding);
    expectSame(
      `sinkhorn and round ${told}`,
      [both.rowScale, both.columnScale, both.codes, both.scale, both.zero],
      [scales.rowScale, scales.columnScale, rounded.codes, rounded.scale, rounded.zero],
    );
  });
}

export const sinkhornChecks: readonly Check[] = [
  {
    name: "normalize, and round after it, to the bits of the reference",
    run: (library) =>
      fc.assert(
        fc.property(
          tiledMatrices({ rows: 60, tiles: 2 }),
          fc.integer({ min: 0, max: 8 }),
          fc.boolean(),
          fc.constantFrom<Rule[]>(
            FOUR_BITS,
            { scheme: "asymmetric", bits: 3 },
            { scheme: "symmetric", bits: 5 },
            { scheme: "codebook-shift", bits: 3, levels: LEVELS },
            { scheme: "codebook-absmax", bits: 4, levels: LEVELS },
          ),
          (matrix, iterations, earlyStop, rule) => normalization(library, matrix, iterations, earlyStop, rule),
        ),
        { numRuns: 30, seed: SEED },
      ),
  },
  {
    name: "normalize tall tiles, whose rows are many passes and many blocks",
    run: (library) => {
      for (const [rows, tileRows, tileCols] of [
        [700, 700, 64],
        [333, 200, 40],
        [520, 520, 9],
      ]) {
        const cols = 2 * tileCols;
        const weight = drawWeights("normal", rows * cols, rows);
        normalization(library, { rows, cols, tileRows, tileCols, group: tileCols, weight }, 5, false);
      }
    },
  },
  {
    name: "keep 99.9 % of the codes with sums in single precision, every tile by itself",
    run: (library) => {
      const kernels = cudaKernels(library, "test", referenceKernels);
      for (const earlyStop of [false, true]) {
        for (const [rows, tileRows, tileCols] of [
          [512, 512, 64],
          [700, 350, 64],
          [300, 300, 40],
          [260, 130, 18],
        ]) {
          const cols = 4 * tileCols;
          const weight = drawWeights("normal", rows * cols, rows);
          const options: SinkhornOptions = { tileRows, tileCols, iterations: 16, ...STEP, earlyStop };
          const rounding = { ...FOUR_BITS, group: tileCols, zeroLimit: 65_504 };
          const expected = referenceKernels.sinkhornRound(weight, rows, cols, options, rounding);
          library.settings({ version: 3, piece: 0, poison: true });
          const ours = kernels.sinkhornRound(weight, rows, cols, options, rounding);
          const matrix = { rows, cols, tileRows, tileCols, group: tileCols, weight };
          expectClose(
            `${rows} x ${cols} in ${tileRows} x ${tileCols}, early stop ${earlyStop}`,
            matrix,
            ours,
            expected,
          );
        }
      }
    },
  },
  {
    name: "freeze where the published code does",
    run: (library) => {
      for (const name of publishedNames) {
        const { rows, cols, weight, rowScale, columnScale } = loadPublished(name);
        const options = { tileRows: rows, tileCols: cols, iterations: 16, ...STEP, earlyStop: true };
        eachWay(library, (kernels, what) => {
          const ours = kernels.sinkhorn(weight, rows, cols, options);
          const off = Math.max(...farthest(ours.rowScale, rowScale), ...farthest(ours.columnScale, columnScale));
          if (!(off < 1e-5)) throw new Error(`${name}, ${what}: scales are ${off} off the published ones`);
        });
      }
    },
  },
];

/**
 * Throws where fewer than 99.9 % of the codes are equal, errors differ by more than a thousandth, or all scales are the same bits. The
 * scales themselves may differ: where two iterations are as good, either is right, and rows and columns share a factor otherwise.
 */
function expectClose(what: string, matrix: Tiled, ours: NormalizedRounded, expected: NormalizedRounded): void {
  const { rows, cols, group, tileRows, weight } = matrix;
  const codes = (r: NormalizedRounded) => referenceKernels.unpack(r.codes, 4, rows * cols);
  const errorOf = ({ codes, scale, zero, columnScale }: NormalizedRounded) => {
    const stored = { rows, cols, bits: 4, group, codes, scale, zero: zero!, columnScale, columnScaleRows: tileRows };
    return referenceKernels.dequantize(stored).reduce((sum, w, i) => sum + (w - weight[i]) ** 2, 0);
  };
  const theirs = codes(expected);
  const equal = codes(ours).filter((code, i) => code === theirs[i]).length / weight.length;
  const error = errorOf(ours) / errorOf(expected) - 1;
  const same = ours.rowScale.every((scale, i) => scale === expected.rowScale[i]);
  if (!same && equal >= 0.999 && Math.abs(error) < 1e-3) return;
  throw new Error(`${what}: ${100 * equal} % of the codes are equal, errors ${error} off, same scales: ${same}`);
}

function farthest(ours: Float32Array, theirs: Float32Array): Float32Array {
  return ours.map((value, i) => Math.abs(value / theirs[i] - 1));
}
