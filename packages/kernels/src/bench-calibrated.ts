import type { BenchOptions, BenchRow } from "./bench.ts";
import { fastest, normalValues } from "./bench-support.ts";
import type { GptqFactor, Kernels, RoundOptions, SinkhornOptions } from "./types.ts";

/** Calibration rows and candidates of A-SINQ's search, as published. */
const TOKENS = 512;
const CANDIDATES = 20;
const SINKHORN = { iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: true };
/** Weights beyond which the reference would take minutes. */
const REFERENCE_LIMIT = 2 ** 16;

/**
 * Speed of what the methods with calibration spend their time in.
 *
 * A-SINQ's search is the whole of it: normalization, 20 candidates, and rounding with the best. It stands beside 20 products of 512
 * rows with the same matrix, which it cannot do without, as `outputError` computes them.
 */
export function benchCalibrated(kernels: Kernels, weight: Float32Array, options: BenchOptions): BenchRow[] {
  const { rows, cols, bits, group, repeats } = options;
  const count = rows * cols;
  if (kernels.id === "reference" && count > REFERENCE_LIMIT) return [];
  const x = normalValues(TOKENS * cols);
  const half = weight.map((value) => value / 2);
  const productFlops = 2 * TOKENS * count;
  const row = (step: string, bytes: number, flops: number, seconds: number): BenchRow => ({
    ...{ step, seconds, weightsPerSecond: count / seconds, gigabytesPerSecond: bytes / seconds / 1e9 },
    gigaflopsPerSecond: flops / seconds / 1e9,
  });

  const product = fastest(() => kernels.outputError(x, TOKENS, weight, half, rows, cols, "l1"), repeats);
  const search = fastest(() => searchScale(kernels, x, weight, options), repeats);
  const moments = secondMoments(cols);
  const upper = new Float64Array(cols * cols);
  const factorSeconds = fastest(
    () => kernels.inverseCholesky(upper, cols),
    repeats,
    () => upper.set(moments),
  );
  const factor: GptqFactor = {
    order: Int32Array.from({ length: cols }, (_, p) => cols - 1 - p),
    ...{ unused: new Uint8Array(cols), upper },
  };
  const gptq = fastest(() => kernels.gptq(weight, rows, cols, factor, { bits, group, block: 128 }), repeats);

  const size = `${bits}-bit, group ${group}`;
  return [
    row(`error of outputs, ${TOKENS} rows`, 4 * (2 * count + x.length), productFlops, product),
    {
      ...row(`asinq, ${CANDIDATES} candidates, ${size}`, 4 * CANDIDATES * count, CANDIDATES * productFlops, search),
      timesProducts: search / (CANDIDATES * product),
    },
    row(`gptq, inverse factor of ${cols} columns`, 16 * cols * cols, (2 / 3) * cols ** 3, factorSeconds),
    row(`gptq, rounding, ${size}`, 4 * count + 8 * cols * cols, count * cols, gptq),
  ];
}

/** A-SINQ on the kernels: the scales of the candidates cost next to nothing and are simple here. */
function searchScale(kernels: Kernels, x: Float32Array, weight: Float32Array, options: BenchOptions): void {
  const { rows, cols, bits, group } = options;
  const tile: SinkhornOptions = { ...SINKHORN, tileRows: rows, tileCols: group };
  const { rowScale, columnScale } = kernels.sinkhorn(weight, rows, cols, tile);
  const candidate = (alpha: number): RoundOptions => ({
    ...{ scheme: "asymmetric", bits, group, zeroLimit: Number.POSITIVE_INFINITY },
    normalize: { rowScale, columnScale: columnScale.map((t, j) => t / (1 + (j % 5)) ** alpha), ...tile },
  });
  let best = candidate(0);
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < CANDIDATES; step++) {
    const tried = candidate(step / CANDIDATES);
    const error = kernels.roundedError(x, TOKENS, weight, rows, cols, tried, "l1");
    if (error < least) [best, least] = [tried, error];
  }
  kernels.round(weight, rows, cols, best);
}

/** Positive definite: its diagonal outweighs the rest. */
function secondMoments(n: number): Float64Array {
  const h = Float64Array.from(normalValues(n * n));
  for (let i = 0; i < n; i++) h[i * n + i] = Math.sqrt(n);
  return h;
}
