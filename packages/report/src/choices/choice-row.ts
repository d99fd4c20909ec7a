import { choiceNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** One variant on one multiple-choice task: a line of `results/<experiment>/<model>.csv`. Shares are in percent. */
export interface ChoiceRow {
  model: string;
  /** "bf16" is the checkpoint's own weights. */
  method: string;
  bits: number;
  group_size: number | null;
  tiling: string | null;
  aux: string | null;
  options: string | null;
  calibration: string | null;
  task: string;
  items: number;
  /** Items whose right answer is the likeliest. */
  accuracy: number;
  /** Standard error over items; null for a single item. */
  accuracy_se: number | null;
  /** Items whose right answer is the likeliest per character. */
  accuracy_norm: number;
  accuracy_norm_se: number | null;
  /** Items that are answered otherwise than by bf16, whether rightly or not; 0 for bf16. */
  flip_rate: number;
  flip_rate_se: number | null;
  bits_per_weight: number;
  memory_gb: number;
  /** sha256 of the items (contexts, answers, which is right), first 16 hex digits. */
  items_sha256: string;
  /** sha256 of all windows' token ids, first 16 hex digits. */
  tokens_sha256: string;
}

const COLUMNS: TidyColumns<ChoiceRow> = {
  model: { type: "text" },
  method: { type: "text" },
  bits: { type: 0 },
  group_size: { type: 0, optional: true },
  tiling: { type: "text", optional: true },
  aux: { type: "text", optional: true },
  options: { type: "text", optional: true },
  calibration: { type: "text", optional: true },
  task: { type: "text" },
  items: { type: 0 },
  accuracy: { type: 3 },
  accuracy_se: { type: 3, optional: true },
  accuracy_norm: { type: 3 },
  accuracy_norm_se: { type: 3, optional: true },
  flip_rate: { type: 3 },
  flip_rate_se: { type: 3, optional: true },
  bits_per_weight: { type: 4 },
  memory_gb: { type: 4 },
  items_sha256: { type: "text" },
  tokens_sha256: { type: "text" },
};

/** @throws BenchError `choice-not-finite` */
export function choicesCsv(rows: readonly ChoiceRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, column, value) => {
    if (!Number.isFinite(value)) throw choiceNotFinite(row.model, row.method, row.bits, row.task, column);
  });
}

/**
 * Reads what `writeChoices` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readChoicesCsv(path: string): Promise<ChoiceRow[]> {
  return readTidyCsv(COLUMNS, path);
}
