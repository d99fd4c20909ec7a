import { benchCalibrated } from "./bench-calibrated.ts";
import { copier, fastest, normalValues } from "./bench-support.ts";
import { kernelThreads } from "./kernel-threads.ts";
import { loadKernels } from "./load-kernels.ts";
import type { HqqOptions, Kernels, RoundOptions, SinkhornOptions } from "./types.ts";

/** The matrix and the settings that kernels are timed on. */
export interface BenchOptions {
  readonly rows: number;
  readonly cols: number;
  readonly bits: number;
  readonly group: number;
  /** Each step is run this often and its fastest run counts. */
  readonly repeats: number;
  readonly threads?: number;
  readonly prefer?: Kernels["id"];
}

/** The speed of one step. */
export interface BenchRow {
  /** What was measured. */
  readonly step: string;
  /** Seconds of the fastest run. */
  readonly seconds: number;
  readonly weightsPerSecond: number;
  /** Bytes that the step must read and write at least, by 1e9, over its time. */
  readonly gigabytesPerSecond: number;
  /** Multiplications and additions of its matrix products, by 1e9, over its time, where it is made of them. */
  readonly gigaflopsPerSecond?: number;
  /** Its time over that of the error products that it needs, of `outputError`. */
  readonly timesProducts?: number;
}

/** Published settings of SINQ. */
const SINKHORN = { iterations: 16, stepMin: 0.7, stepMax: 2 };
/** Published settings of HQQ. */
const HQQ = { iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false, keep: "last" } as const;

/**
 * Speed of the kernels on one float32 matrix of normal values, from memory to packed codes and scales with the allocation of the
 * outputs, beside a plain copy of that matrix with the same threads. Dequantizing writes to an array that is there already.
 */
export function benchKernels(options: BenchOptions): BenchRow[] {
  const { rows, cols, bits, group, repeats } = options;
  const threads = kernelThreads(options.threads);
  const kernels = loadKernels({ threads, prefer: options.prefer ?? "cpu" });
  const count = rows * cols;
  const weight = normalValues(count);
  const out = new Float32Array(count);
  const tile: SinkhornOptions = { ...SINKHORN, tileRows: rows, tileCols: group, earlyStop: true };
  const asymmetric: RoundOptions = { scheme: "asymmetric", bits, group, zeroLimit: 65504 };
  const nearest: RoundOptions = { ...asymmetric, scheme: "codebook-shift", levels: evenLevels(bits) };
  const rounded = kernels.round(weight, rows, cols, asymmetric);
  const stored = { rows, cols, bits, group, codes: rounded.codes, scale: rounded.scale, zero: rounded.zero! };
  const codeBytes = rounded.codes.byteLength + rounded.scale.byteLength * 2;
  const columnScale = new Float32Array(cols).fill(1);

  const absmax: RoundOptions = { ...nearest, scheme: "codebook-absmax" };
  const solver: HqqOptions = { ...HQQ, bits, group, tileRows: rows, zeroLimit: asymmetric.zeroLimit };
  const block = cols & -cols;
  const copy = copier(kernels.id, threads);

  const sinq = (sinkhorn: SinkhornOptions) => () => {
    kernels.sinkhornRound(weight, rows, cols, sinkhorn, asymmetric);
  };
  const row = (step: string, bytes: number, run: () => void): BenchRow => {
    const seconds = fastest(run, repeats);
    return { step, seconds, weightsPerSecond: count / seconds, gigabytesPerSecond: bytes / seconds / 1e9 };
  };
  const size = `${bits}-bit, group ${group}`;
  return [
    row("copy", 8 * count, () => copy(weight, out)),
    row(`round asymmetric, ${size}`, 4 * count + codeBytes, () => kernels.round(weight, rows, cols, asymmetric)),
    row(`round codebook, ${size}`, 4 * count + codeBytes, () => kernels.round(weight, rows, cols, nearest)),
    row(`round codebook by largest, ${size}`, 4 * count + codeBytes, () => kernels.round(weight, rows, cols, absmax)),
    row(`hqq, all of a matrix, ${size}`, 4 * count + codeBytes, () => kernels.hqq(weight, rows, cols, solver)),
    row(`hqq, best of a tile, ${size}`, 4 * count + codeBytes, () => {
      kernels.hqq(weight, rows, cols, { ...solver, keep: "best" });
    }),
    row(`hadamard, block ${block}`, 8 * count, () => kernels.hadamard(weight, rows, cols, block, out)),
    row(`sinkhorn 16 + round, ${size}`, 8 * count + codeBytes, sinq(tile)),
    row(`sinkhorn 16 + round, no early stop, ${size}`, 8 * count + codeBytes, sinq({ ...tile, earlyStop: false })),
    ...[1, 64].map((tokens) => {
      const x = normalValues(tokens * cols);
      const bytes = codeBytes + 4 * tokens * (rows + cols);
      const product = row(`product, ${tokens} rows of inputs, ${size}`, bytes, () => {
        kernels.product(x, tokens, { ...stored, columnScale });
      });
      return { ...product, gigaflopsPerSecond: (2 * tokens * count) / product.seconds / 1e9 };
    }),
    row(`dequantize, ${size}`, 4 * count + codeBytes, () => kernels.dequantize({ ...stored, columnScale }, out)),
    ...benchCalibrated(kernels, weight, options),
  ];
}

/** A codebook of 2^bits levels; rounding takes as long whatever its values. */
function evenLevels(bits: number): Float32Array {
  const last = 2 ** bits - 1;
  return Float32Array.from({ length: last + 1 }, (_, k) => (2 * k) / last - 1);
}
