import fc from "fast-check";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import type { RoundOptions } from "../../types.ts";

/** Kinds of weights, from a uniform u in [0, 1) and a nearly normal g. */
const kinds: Record<string, (u: number, g: number) => number> = {
  normal: (_, g) => 0.02 * g,
  "large mean": (_, g) => 100 + 0.01 * g,
  "heavy tails": (u, g) => g * 10 ** (4 * u),
  "with zeros": (u, g) => (u < 0.5 ? 0 : g),
  constant: () => -3.25,
  denormal: (u) => u * 1e-42,
  huge: (_, g) => g * 1e20,
  "every size": (u, g) => g * 10 ** (80 * u - 44),
};

export function drawWeights(kind: string, count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () =>
    kinds[kind](uniform(), 2 * (uniform() + uniform() + uniform() - 1.5)),
  );
}

/** A matrix in tiles, whose groups divide them. */
export interface Tiled {
  readonly rows: number;
  readonly cols: number;
  readonly tileRows: number;
  readonly tileCols: number;
  readonly group: number;
  readonly weight: Float32Array;
}

/** Matrices whose groups are of any width, or of those that have kernels of their own. */
export function tiledMatrices(most: { rows: number; tiles: number }, widths?: readonly number[]): fc.Arbitrary<Tiled> {
  return fc
    .record({
      kind: fc.constantFrom(...Object.keys(kinds)),
      rows: fc.integer({ min: 1, max: most.rows }),
      band: fc.double({ min: 0, max: 1, noNaN: true }),
      group: widths ? fc.constantFrom(...widths) : fc.integer({ min: 1, max: 40 }),
      groups: fc.integer({ min: 1, max: 2 }),
      tiles: fc.integer({ min: 1, max: most.tiles }),
      seed: fc.integer(),
    })
    .map(({ kind, rows, band, group, groups, tiles, seed }) => {
      const tileCols = group * groups;
      const cols = tileCols * tiles;
      const weight = drawWeights(kind, rows * cols, seed);
      // Half of them low, so that the pieces of a matrix begin in the middle of tiles and end in others.
      const low = Math.min(rows, 2 + Math.floor(band * 16));
      const tileRows = band < 0.5 ? low : 1 + Math.floor(band * (rows - 1));
      return { rows, cols, tileRows, tileCols, group, weight };
    });
}

/** Scales to divide such a matrix by. */
export function normalizationOf(matrix: Tiled): NonNullable<RoundOptions["normalize"]> {
  const { weight, rows, cols, tileRows, tileCols } = matrix;
  const options = { tileRows, tileCols, iterations: 3, stepMin: 0.7, stepMax: 2, earlyStop: true };
  return { ...referenceKernels.sinkhorn(weight, rows, cols, options), tileRows, tileCols };
}
