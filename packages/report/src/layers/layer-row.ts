import { layerNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** What quantization meets in one linear layer and does to it: a line of `results/layers/<model>.csv`. */
export interface LayerRow {
  model: string;
  /** Block, from 0. */
  layer: number;
  /** "q", "k", "v", "o", "gate", "up", "down", or what the architecture calls it. */
  type: string;
  /** Name within the block. */
  tensor: string;
  rows: number;
  cols: number;
  bits: number;
  group_size: number;
  /** Median over the tiles of SINQ, before and after its normalization. */
  imbalance_before: number;
  imbalance_after: number;
  /** Pearson's kurtosis of the groups that share a scale (3: normal), their median: of the weight, and of what SINQ rounds. */
  kurtosis_before: number;
  kurtosis_after: number;
  /** The same of what AWQ rounds (activation scales alone) and what A-SINQ rounds (normalized first). */
  kurtosis_awq: number;
  kurtosis_asinq: number;
  /** R2 of log t against log mean |x| over the columns, centred in each tile. */
  r2_column_scale: number;
  /** |W - W'| / |W|, Frobenius norms. */
  weight_error_rtn: number;
  weight_error_sinq: number;
  /** Root mean square of x (W - W')^T over that of x W^T. */
  output_error_rtn: number;
  output_error_sinq: number;
}

const digits = { type: { digits: 6 } } as const;

const COLUMNS: TidyColumns<LayerRow> = {
  model: { type: "text" },
  layer: { type: 0 },
  type: { type: "text" },
  tensor: { type: "text" },
  rows: { type: 0 },
  cols: { type: 0 },
  bits: { type: 0 },
  group_size: { type: 0 },
  imbalance_before: digits,
  imbalance_after: digits,
  kurtosis_before: digits,
  kurtosis_after: digits,
  kurtosis_awq: digits,
  kurtosis_asinq: digits,
  r2_column_scale: digits,
  weight_error_rtn: digits,
  weight_error_sinq: digits,
  output_error_rtn: digits,
  output_error_sinq: digits,
};

/** @throws BenchError `layer-not-finite` naming layer and column */
export function layersCsv(rows: readonly LayerRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, name, value) => {
    if (!Number.isFinite(value)) throw layerNotFinite(row.model, row.layer, row.tensor, name);
  });
}

/**
 * Reads what `writeLayers` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readLayersCsv(path: string): Promise<LayerRow[]> {
  return readTidyCsv(COLUMNS, path);
}
