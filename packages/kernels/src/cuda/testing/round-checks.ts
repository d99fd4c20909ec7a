import fc from "fast-check";
import { loadPublished, publishedNames } from "../../fixtures/load-published.ts";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import type { RoundOptions } from "../../types.ts";
import type { CudaLibrary } from "../cuda-library.ts";
import { type Check, eachWay, expectSame, SEED } from "./each-way.ts";
import { drawWeights, normalizationOf, type Tiled, tiledMatrices } from "./weights.ts";

const LEVELS = Float32Array.from({ length: 11 }, (_, k) => Math.sinh((k - 5) / 2) / 6);

const settings = fc
  .record({
    scheme: fc.constantFrom("asymmetric", "symmetric", "codebook-shift", "codebook-absmax"),
    bits: fc.integer({ min: 2, max: 8 }),
    zeroLimit: fc.constantFrom(Number.POSITIVE_INFINITY, 65_504, 3),
    normalized: fc.boolean(),
  })
  .map(({ scheme, bits, ...rest }) => {
    const least = scheme === "symmetric" ? 3 : scheme === "asymmetric" ? 2 : 4;
    return { scheme, bits: Math.max(bits, least), ...rest, ...(least === 4 && { levels: LEVELS }) } as Settings;
  });

type Settings = Omit<RoundOptions, "group" | "normalize"> & { readonly normalized: boolean };

/** Rounds, and dequantizes what the reference rounded. */
function roundTrip(library: CudaLibrary, matrix: Tiled, { normalized, ...rest }: Settings): void {
  const { rows, cols, group, weight } = matrix;
  const normalize = normalized ? normalizationOf(matrix) : undefined;
  const options: RoundOptions = { ...rest, group, ...(normalize && { normalize }) };
  const expected = referenceKernels.round(weight, rows, cols, options);
  const stored = {
    ...{ rows, cols, bits: options.bits, group, codes: expected.codes, scale: expected.scale },
    zero: expected.zero ?? Float32Array.of(2 ** (options.bits - 1) - 1),
    ...(options.levels && { levels: options.levels }),
    ...(normalize && { columnScale: normalize.columnScale, columnScaleRows: matrix.tileRows }),
  };
  const values = referenceKernels.dequantize(stored);
  eachWay(library, (kernels, what) => {
    const told = `${rows} x ${cols}, groups of ${group}, ${options.bits}-bit ${options.scheme}, ${what}`;
    const ours = kernels.round(weight, rows, cols, options);
    expectSame(`round ${told}`, [ours.codes, ours.scale, ours.zero], [expected.codes, expected.scale, expected.zero]);
    expectSame(`dequantize ${told}`, [kernels.dequantize(stored, new Float32Array(rows * cols).fill(7))], [values]);
  });
}

export const roundChecks: readonly Check[] = [
  {
    name: "round, pack and dequantize to the bits of the reference: groups of any width",
    run: (library) =>
      fc.assert(
        fc.property(tiledMatrices({ rows: 60, tiles: 3 }), settings, (matrix, setting) =>
          roundTrip(library, matrix, setting),
        ),
        { numRuns: 60, seed: SEED },
      ),
  },
  {
    name: "round, pack and dequantize to the bits of the reference: groups of 8 to 256",
    run: (library) =>
      fc.assert(
        fc.property(tiledMatrices({ rows: 60, tiles: 2 }, [8, 16, 32, 64, 128, 256]), settings, (matrix, setting) =>
          roundTrip(library, matrix, setting),
        ),
        { numRuns: 60, seed: SEED },
      ),
  },
  {
    name: "round every width of code where a matrix is several blocks and its end is in the middle of one",
    run: (library) => {
      for (let bits = 2; bits <= 8; bits++) {
        const weight = drawWeights("normal", 71 * 192, bits);
        const matrix = { rows: 71, cols: 192, tileRows: 28, tileCols: 64, group: 64, weight };
        roundTrip(library, matrix, { scheme: "asymmetric", bits, zeroLimit: 65_504, normalized: bits % 2 === 0 });
      }
    },
  },
  {
    name: "give the codes of the published code",
    run: (library) => {
      for (const name of publishedNames) {
        const { rows, cols, weight, rowScale, columnScale, rounded } = loadPublished(name);
        const normalize = { rowScale, columnScale, tileRows: rows, tileCols: cols };
        for (const { method, bits, codes } of rounded) {
          if (method !== "sinq" && method !== "rtn") continue;
          const plain = { scheme: "asymmetric", bits, group: cols, zeroLimit: Number.POSITIVE_INFINITY } as const;
          eachWay(library, (kernels, what) => {
            const ours = kernels.round(weight, rows, cols, method === "sinq" ? { ...plain, normalize } : plain);
            const unpacked = referenceKernels.unpack(ours.codes, bits, rows * cols);
            expectSame(`${name}, ${method}, ${bits} bits, ${what}`, [unpacked], [codes]);
          });
        }
      }
    },
  },
  {
    name: "name the first weight that is not finite, whichever piece meets one",
    run: (library) => {
      const weight = drawWeights("normal", 100 * 256, 3);
      weight[78 * 256 + 1] = Number.POSITIVE_INFINITY;
      weight[77 * 256 + 200] = Number.NaN;
      const round: RoundOptions = { scheme: "asymmetric", bits: 4, group: 64, zeroLimit: 65_504 };
      const tile = { tileRows: 100, tileCols: 64, iterations: 2, stepMin: 0.7, stepMax: 2, earlyStop: true };
      const solver = { ...round, iterations: 3, lpNorm: 0.7, beta: 10, roundZero: false, tileRows: 100 };
      eachWay(library, (kernels, what) => {
        for (const [kernel, run] of [
          ["round", () => kernels.round(weight, 100, 256, round)],
          ["round of other groups", () => kernels.round(weight, 100, 256, { ...round, group: 4 })],
          ["sinkhorn", () => kernels.sinkhorn(weight, 100, 256, tile)],
          ["sinkhorn and round", () => kernels.sinkhornRound(weight, 100, 256, tile, round)],
          ["hqq", () => kernels.hqq(weight, 100, 256, { ...solver, keep: "last" })],
          ["rounded error", () => kernels.roundedError(weight.slice(0, 256), 1, weight, 100, 256, round, "l1")],
        ] as const) {
          expectMessage(`${kernel}, ${what}`, run, /row 77, column 200 is NaN/);
        }
      });
    },
  },
];

function expectMessage(what: string, run: () => unknown, message: RegExp): void {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && message.test(error.message)) return;
    throw new Error(`${what} said: ${error}`);
  }
  throw new Error(`${what} said nothing`);
}
