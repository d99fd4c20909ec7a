import type { Kernels, SinkhornOptions, SinkhornScales } from "@sinqbench/kernels";
import { type Matrix, median } from "@sinqbench/tensor";
import { type Imbalances, imbalancesFromSums } from "./imbalance-sums.ts";

/** The published code's (38144fc) least divisor: a matrix with a constant row has a large imbalance, not an infinite one. */
const FLOOR = 1e-12;

/** Where a tile lies in a matrix. */
interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Matrix imbalance (paper, section 2): largest over smallest standard deviation of all rows and columns.
 *
 * weight: [rows, cols], finite. Deviations are the unbiased ones (n - 1), in float64 and two passes. Lines of one element have
 * none and take no part; a matrix of a single weight has imbalance 1.
 */
export function matrixImbalance({ rows, cols, data }: Matrix): number {
  return regionImbalance(data, cols, { top: 0, left: 0, height: rows, width: cols });
}

/**
 * Imbalance of every tile of `tileRows` x `tileCols`, row by row of tiles; the last row of tiles may be shorter.
 *
 * @param tile `tileCols` divides the columns
 */
export function tileImbalances(
  { rows, cols, data }: Matrix,
  { tileRows, tileCols }: Pick<SinkhornOptions, "tileRows" | "tileCols">,
): number[] {
  const imbalances: number[] = [];
  for (let top = 0; top < rows; top += tileRows) {
    const height = Math.min(tileRows, rows - top);
    for (let left = 0; left < cols; left += tileCols) {
      imbalances.push(regionImbalance(data, cols, { top, left, height, width: tileCols }));
    }
  }
  return imbalances;
}

/** A matrix as Sinkhorn-style normalization leaves it, and how uneven it then is. */
export interface ImbalanceStep {
  readonly iterations: number;
  /** Of the whole matrix, its tiles put together again. */
  readonly matrix: number;
  /** Median over the tiles, which is what the iterations work on. */
  readonly tileMedian: number;
}

/**
 * Imbalance of W / t / u for t and u as `kernels.sinkhorn` gives them after 0, 1, ..., `options.iterations` iterations, each run
 * from the start. An iteration measures, keeps what it measured if that is the best so far, and steps: one iteration
 * alone changes nothing yet, and with Algorithm 1's rule the tiles never get worse.
 */
export function imbalanceByIteration(weight: Matrix, options: SinkhornOptions, kernels: Kernels): ImbalanceStep[] {
  const { rows, cols, data } = weight;
  const steps: ImbalanceStep[] = [];
  let last: SinkhornScales | undefined;
  for (let iterations = 0; iterations <= options.iterations; iterations++) {
    const scales = kernels.sinkhorn(data, rows, cols, { ...options, iterations });
    if (last && same(last.rowScale, scales.rowScale) && same(last.columnScale, scales.columnScale)) {
      // Every tile has stopped, or none got better.
      steps.push({ ...steps[iterations - 1], iterations });
      continue;
    }
    last = scales;
    const { matrix, tiles } = imbalancesFromSums(weight, scales, options) ?? twoPass(weight, scales, options);
    steps.push({ iterations, matrix, tileMedian: median(tiles) });
  }
  return steps;
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

function twoPass(weight: Matrix, { rowScale, columnScale }: SinkhornScales, options: SinkhornOptions): Imbalances {
  const normalized = normalize(weight, rowScale, columnScale, options);
  return { matrix: matrixImbalance(normalized), tiles: tileImbalances(normalized, options) };
}

/** weight / columnScale / rowScale in float32, as the methods round it. */
function normalize(
  { rows, cols, data }: Matrix,
  rowScale: Float32Array,
  columnScale: Float32Array,
  { tileRows, tileCols }: SinkhornOptions,
): Matrix {
  const out = new Float32Array(data.length);
  const across = cols / tileCols;
  for (let i = 0; i < rows; i++) {
    const band = Math.floor(i / tileRows) * cols;
    for (let j = 0; j < cols; j++) {
      const column = Math.fround(data[i * cols + j] / columnScale[band + j]);
      out[i * cols + j] = column / rowScale[i * across + Math.floor(j / tileCols)];
    }
  }
  return { rows, cols, data: out };
}

function regionImbalance(data: Float32Array, stride: number, { top, left, height, width }: Region): number {
  const rowMean = new Float64Array(height);
  const columnMean = new Float64Array(width);
  for (let i = 0; i < height; i++) {
    const start = (top + i) * stride + left;
    for (let j = 0; j < width; j++) {
      rowMean[i] += data[start + j];
      columnMean[j] += data[start + j];
    }
    rowMean[i] /= width;
  }
  for (let j = 0; j < width; j++) columnMean[j] /= height;
  const columnSquares = new Float64Array(width);
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < height; i++) {
    const start = (top + i) * stride + left;
    let squares = 0;
    for (let j = 0; j < width; j++) {
      squares += (data[start + j] - rowMean[i]) ** 2;
      columnSquares[j] += (data[start + j] - columnMean[j]) ** 2;
    }
    if (width === 1) continue;
    const deviation = Math.sqrt(squares / (width - 1));
    low = Math.min(low, deviation);
    high = Math.max(high, deviation);
  }
  for (let j = 0; j < width && height > 1; j++) {
    const deviation = Math.sqrt(columnSquares[j] / (height - 1));
    low = Math.min(low, deviation);
    high = Math.max(high, deviation);
  }
  // A matrix of one weight, or of equal ones, is as even as can be.
  return high === 0 ? 1 : high / Math.max(low, FLOOR);
}
