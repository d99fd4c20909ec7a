import { timeNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** A product of inputs with a stored matrix, without and with the second scale: a line of `results/table5/linear.csv`. */
export interface ProductTimeRow {
  /** Rows and columns of the matrix. */
  width: number;
  /** Rows of inputs. */
  tokens: number;
  bits: number;
  group_size: number;
  processor: string;
  threads: number;
  /** Kernels that multiplied, in words. */
  kernels: string;
  /** Products without and with the second scale, in turns. */
  pairs: number;
  /** Median over pairs. */
  plain_ms: number;
  scaled_ms: number;
  /** Time with the second scale over that without, less 1, in percent: median over pairs, and the ends of its 95 % interval. */
  overhead_percent: number;
  overhead_low: number;
  overhead_high: number;
  /** Codes, scales, zeros, inputs and outputs, by 1e9, over the time without the second scale. */
  gigabytes_per_second: number;
  /** The same over what a plain copy reads and writes in a second on the same machine. */
  share_of_copy: number;
}

const digits = { type: { digits: 5 } } as const;

const COLUMNS: TidyColumns<ProductTimeRow> = {
  width: { type: 0 },
  tokens: { type: 0 },
  bits: { type: 0 },
  group_size: { type: 0 },
  processor: { type: "text" },
  threads: { type: 0 },
  kernels: { type: "text" },
  pairs: { type: 0 },
  plain_ms: digits,
  scaled_ms: digits,
  overhead_percent: { type: 2 },
  overhead_low: { type: 2 },
  overhead_high: { type: 2 },
  gigabytes_per_second: digits,
  share_of_copy: { type: 3 },
};

/** @throws BenchError `time-not-finite` */
export function productTimesCsv(rows: readonly ProductTimeRow[]): string {
  return tidyCsv(COLUMNS, rows, ({ width, tokens }, column, value) => {
    if (!Number.isFinite(value)) throw timeNotFinite(`${width} x ${width}, ${tokens} rows of inputs`, column);
  });
}

/**
 * Reads what `writeProductTimes` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readProductTimesCsv(path: string): Promise<ProductTimeRow[]> {
  return readTidyCsv(COLUMNS, path);
}
