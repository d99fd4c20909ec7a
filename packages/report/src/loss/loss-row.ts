import { readTidyCsv, type TidyColumns } from "../tidy-table.ts";

/** A line of the `loss.csv` that training leaves beside a checkpoint. */
export interface LossRow {
  /** Seen so far. */
  tokens: number;
  /** Mean over the tokens since the line before, nats per token. */
  loss: number;
}

const COLUMNS: TidyColumns<LossRow> = { tokens: { type: 0 }, loss: { type: 4 } };

/** @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line */
export function readLossCsv(path: string): Promise<LossRow[]> {
  return readTidyCsv(COLUMNS, path);
}
