import { distinct } from "../table-lines.ts";
import type { ImbalanceRow } from "./imbalance-row.ts";

/** What was measured, in one line. */
export function imbalanceSubject(rows: readonly ImbalanceRow[]): string {
  const blocks = distinct(rows.map((row) => row.layer)).length;
  const widths = distinct(rows.map((row) => row.tile_cols)).join(" or ");
  const tile = rows[0].tiling === "1d" ? `all rows by ${widths} columns` : `${widths} rows by ${widths} columns`;
  return `${blocks} blocks; a tile is ${tile}, as SINQ normalizes it`;
}
