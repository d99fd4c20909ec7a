import type { SinkhornOptions, SinkhornScales } from "../types.ts";
import { checkFinite } from "./check-finite.ts";
import { lineStatistics, type TileState } from "./line-statistics.ts";
import { clamp, exp32, log32 } from "./numeric.ts";

const f = Math.fround;
/** Bounds of a standard deviation before it enters tau or a step, and of the logs u and v: the published code's. */
const STD_MIN = f(1e-3);
const STD_MAX = f(1e3);
const LOG_MIN = f(-0.3);
const LOG_MAX = 10;
const TAU_EXTRA = f(1e-6);
const IMBALANCE_FLOOR = f(1e-12);

/**
 * Sinkhorn-style normalization of every tile (SINQ, Algorithm 1; early stop as in the published code at 38144fc).
 *
 * weight: float32 [rows, cols]. Per tile: M = W / exp(v) / exp(u); imbalance I = largest / smallest standard deviation of its
 * rows and columns; (u, v) of the smallest I are the result; steps log(clamp(std / tau)) on u and v from the same M.
 * Throws BenchError `non-finite-weight` for the first NaN or infinity. A line of one element has no spread: it takes no part in tau or I, and its scale takes no step.
 */
export function sinkhorn(weight: Float32Array, rows: number, cols: number, options: SinkhornOptions): SinkhornScales {
  checkFinite(weight, cols);
  const tilesAcross = cols / options.tileCols;
  const rowScale = new Float32Array(rows * tilesAcross);
  const columnScale = new Float32Array(Math.ceil(rows / options.tileRows) * cols);
  for (let top = 0, band = 0; top < rows; top += options.tileRows, band++) {
    const height = Math.min(options.tileRows, rows - top);
    for (let across = 0; across < tilesAcross; across++) {
      const left = across * options.tileCols;
      const tile = new Float32Array(height * options.tileCols);
      for (let i = 0; i < height; i++) {
        const from = (top + i) * cols + left;
        tile.set(weight.subarray(from, from + options.tileCols), i * options.tileCols);
      }
      const { u, v } = normalizeTile(tile, height, options.tileCols, options);
      for (let i = 0; i < height; i++) rowScale[(top + i) * tilesAcross + across] = exp32(u[i]);
      for (let j = 0; j < options.tileCols; j++) columnScale[band * cols + left + j] = exp32(v[j]);
    }
  }
  return { rowScale, columnScale };
}

/** Logs of the row scales u and column scales v of one tile, at the iteration with the smallest imbalance. */
function normalizeTile(
  weight: Float32Array,
  rows: number,
  cols: number,
  options: SinkhornOptions,
): { u: Float32Array; v: Float32Array } {
  const state: TileState = {
    rows,
    cols,
    weight,
    rowScale: new Float32Array(rows).fill(1),
    columnScale: new Float32Array(cols).fill(1),
    rowStd: new Float32Array(rows),
    columnStd: new Float32Array(cols),
  };
  const stepMin = f(options.stepMin);
  const stepMax = f(options.stepMax);
  const u = new Float32Array(rows);
  const v = new Float32Array(cols);
  const best = { u: new Float32Array(rows), v: new Float32Array(cols) };
  let bestImbalance = Number.POSITIVE_INFINITY;
  let tau = 0;
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    lineStatistics(state);
    const { low, high } = extremes(state);
    if (iteration === 0) tau = f(clamp(low, STD_MIN, STD_MAX) + TAU_EXTRA);
    const imbalance = f(high / Math.max(low, IMBALANCE_FLOOR));
    if (imbalance <= bestImbalance) {
      bestImbalance = imbalance;
      best.u.set(u);
      best.v.set(v);
    } else if (options.earlyStop) {
      break;
    }
    if (rows > 1) takeStep(v, state.columnScale, state.columnStd, tau, stepMin, stepMax);
    if (cols > 1) takeStep(u, state.rowScale, state.rowStd, tau, stepMin, stepMax);
  }
  return best;
}

/** Smallest and largest standard deviation over the lines that have one; 1 and 1 for a single weight. */
function extremes(state: TileState): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  const include = (stds: Float32Array) => {
    for (let i = 0; i < stds.length; i++) {
      if (stds[i] < low) low = stds[i];
      if (stds[i] > high) high = stds[i];
    }
  };
  if (state.cols > 1) include(state.rowStd);
  if (state.rows > 1) include(state.columnStd);
  return high === 0 && low > 0 ? { low: 1, high: 1 } : { low, high };
}

/** One multiplicative step of the logs of a side, and the scales that follow from it. */
function takeStep(
  logs: Float32Array,
  scale: Float32Array,
  std: Float32Array,
  tau: number,
  stepMin: number,
  stepMax: number,
): void {
  for (let i = 0; i < logs.length; i++) {
    const step = log32(clamp(f(clamp(std[i], STD_MIN, STD_MAX) / tau), stepMin, stepMax));
    logs[i] = clamp(f(logs[i] + step), LOG_MIN, LOG_MAX);
    scale[i] = exp32(logs[i]);
  }
}
