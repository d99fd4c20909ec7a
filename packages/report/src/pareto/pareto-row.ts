import { resultNotFinite } from "../messages.ts";
import { RESULT_COLUMNS } from "../result-columns.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";
import type { ResultRow } from "../types.ts";

/** A result with whether anything beats it: a line of `results/pareto/<model>.csv`. */
export interface ParetoRow extends ResultRow {
  /** "yes" where no other result on the same text has both fewer bits per weight and a lower perplexity. */
  on_front: string;
}

const COLUMNS: TidyColumns<ParetoRow> = { ...RESULT_COLUMNS, on_front: { type: "text" } };

/**
 * Marks the results that nothing else dominates, text by text: another one with at most its stored bits per weight and at
 * most its perplexity, and less of one of them. The checkpoint's own weights take part.
 */
export function paretoRows(rows: readonly ResultRow[]): ParetoRow[] {
  return rows.map((row) => ({ ...row, on_front: rows.some((other) => dominates(other, row)) ? "no" : "yes" }));
}

function dominates(a: ResultRow, b: ResultRow): boolean {
  if (a.model !== b.model || a.tokens_sha256 !== b.tokens_sha256) return false;
  const bits = a.bits_per_weight - b.bits_per_weight;
  const perplexity = a.perplexity - b.perplexity;
  return bits <= 0 && perplexity <= 0 && (bits < 0 || perplexity < 0);
}

/** @throws BenchError `result-not-finite` */
export function paretoCsv(rows: readonly ParetoRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, name, value) => {
    if (!Number.isFinite(value)) throw resultNotFinite(row.model, row.method, row.bits, row.dataset, name);
  });
}

/**
 * Reads what `writePareto` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readParetoCsv(path: string): Promise<ParetoRow[]> {
  return readTidyCsv(COLUMNS, path);
}
