import { objectiveNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** One setting on one text: how even what it rounds is, and what its rounding costs. A line of `results/objective/<model>.csv`. */
export interface ObjectiveRow {
  model: string;
  method: string;
  bits: number;
  group_size: number;
  tiling: string;
  aux: string;
  /** As in `ResultRow`. */
  options: string | null;
  /** Linear layers that the four measures are medians over. */
  layers: number;
  /** Of what is rounded: imbalance of tiles of all rows by one group, their rows at deviation 1; median over tiles. */
  imbalance: number;
  /** Of what is rounded: Pearson's kurtosis (3: normal) of the groups that share a scale; median over groups. */
  kurtosis: number;
  /** |W - W'| / |W|, Frobenius norms. */
  weight_error: number;
  /** Root mean square of x (W - W')^T over that of x W^T, on calibration inputs. */
  output_error: number;
  dataset: string;
  protocol: string;
  windows: number;
  perplexity: number;
  /** Mean paired difference of the loss to the checkpoint's own weights, nats per token. */
  delta_nll: number;
  delta_nll_se: number | null;
}

/** The four measures, in the order of tables and charts. */
export const MEASURES = ["imbalance", "kurtosis", "weight_error", "output_error"] as const;

const digits = { type: { digits: 6 } } as const;

const COLUMNS: TidyColumns<ObjectiveRow> = {
  model: { type: "text" },
  method: { type: "text" },
  bits: { type: 0 },
  group_size: { type: 0 },
  tiling: { type: "text" },
  aux: { type: "text" },
  options: { type: "text", optional: true },
  layers: { type: 0 },
  imbalance: digits,
  kurtosis: digits,
  weight_error: digits,
  output_error: digits,
  dataset: { type: "text" },
  protocol: { type: "text" },
  windows: { type: 0 },
  perplexity: { type: 3 },
  delta_nll: { type: 5 },
  delta_nll_se: { type: 5, optional: true },
};

/** @throws BenchError `objective-not-finite` naming the setting and the column */
export function objectiveCsv(rows: readonly ObjectiveRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, name, value) => {
    if (!Number.isFinite(value)) throw objectiveNotFinite(row.model, row.method, row.bits, name);
  });
}

/**
 * Reads what `writeObjective` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readObjectiveCsv(path: string): Promise<ObjectiveRow[]> {
  return readTidyCsv(COLUMNS, path);
}
