import { timeNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** How long one method took for all linear layers of a model: a line of `results/table10/<model>.csv`. */
export interface QuantizationTimeRow {
  model: string;
  method: string;
  bits: number;
  group_size: number;
  tiling: string;
  aux: string;
  /** What of the method's options was chosen; null: as usual. */
  options: string | null;
  /** What a calibrated method learned from; null for methods that need none. */
  calibration: string | null;
  processor: string;
  threads: number;
  /** Kernels that quantized, in words. */
  kernels: string;
  repeats: number;
  /** Weights that were quantized. */
  weights: number;
  /** Inside the method, mean over repeats. */
  seconds: number;
  /** Standard deviation over repeats; null for a single one. */
  seconds_std: number | null;
  /** Forward passes of the calibration windows, with the products that second moments are summed from. */
  calibration_seconds: number;
  /** Between these passes: what is summed of the layers' inputs, and the hidden states' way from pass to pass. */
  statistics_seconds: number;
  weights_per_second: number;
  /** Seconds inside the method over those of RTN; null where RTN was not timed. */
  times_rtn: number | null;
  /** The same with calibration and statistics. */
  times_rtn_calibrated: number | null;
}

const seconds = { type: { digits: 5 } } as const;

const COLUMNS: TidyColumns<QuantizationTimeRow> = {
  model: { type: "text" },
  method: { type: "text" },
  bits: { type: 0 },
  group_size: { type: 0 },
  tiling: { type: "text" },
  aux: { type: "text" },
  options: { type: "text", optional: true },
  calibration: { type: "text", optional: true },
  processor: { type: "text" },
  threads: { type: 0 },
  kernels: { type: "text" },
  repeats: { type: 0 },
  weights: { type: 0 },
  seconds,
  seconds_std: { ...seconds, optional: true },
  calibration_seconds: seconds,
  statistics_seconds: seconds,
  weights_per_second: seconds,
  times_rtn: { ...seconds, optional: true },
  times_rtn_calibrated: { ...seconds, optional: true },
};

/** @throws BenchError `time-not-finite` */
export function quantizationTimesCsv(rows: readonly QuantizationTimeRow[]): string {
  return tidyCsv(COLUMNS, rows, ({ model, method }, column, value) => {
    if (!Number.isFinite(value)) throw timeNotFinite(`${model}, ${method}`, column);
  });
}

/**
 * Reads what `writeQuantizationTimes` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readQuantizationTimesCsv(path: string): Promise<QuantizationTimeRow[]> {
  return readTidyCsv(COLUMNS, path);
}
