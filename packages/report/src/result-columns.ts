import { columnNames, type TidyColumns } from "./tidy-table.ts";
import type { ResultRow } from "./types.ts";

/**
 * The columns of a results file, in order. Decimals are chosen so that rounding stays far below the standard errors, and far
 * above what another processor's order of float32 sums moves (about 3e-8 of a mean loss), so that results repeat byte for
 * byte elsewhere too. `memory_gb` resolves a kilobyte: a model of 4 million parameters is 0.008 GB.
 */
export const RESULT_COLUMNS: TidyColumns<ResultRow> = {
  model: { type: "text" },
  method: { type: "text" },
  bits: { type: 0 },
  group_size: { type: 0, optional: true },
  tiling: { type: "text", optional: true },
  aux: { type: "text", optional: true },
  options: { type: "text", optional: true },
  calibration: { type: "text", optional: true },
  dataset: { type: "text" },
  protocol: { type: "text" },
  windows: { type: 0 },
  window: { type: 0 },
  perplexity: { type: 3 },
  perplexity_se: { type: 3, optional: true },
  delta_nll: { type: 5, optional: true },
  delta_nll_se: { type: 5, optional: true },
  bits_per_weight: { type: 4 },
  memory_gb: { type: 6 },
  text_sha256: { type: "text" },
  tokens_sha256: { type: "text" },
};

/** The names of those columns, in order. */
export const RESULT_COLUMN_NAMES = columnNames(RESULT_COLUMNS);
