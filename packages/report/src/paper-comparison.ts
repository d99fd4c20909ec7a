import { isMethodId, publishedId } from "./method-styles.ts";
import { publishedMemory, publishedMetric, publishedPerplexity } from "./published-beside.ts";
import type { PublishedRow, ResultRow } from "./types.ts";

/** "not run": the method is here and was not asked for. "not implemented": it is not here. */
export type Verdict = "agrees" | "differs" | "no tolerance" | "not run" | "not implemented";

/** A published number and what was measured for it. */
export interface PaperComparison {
  readonly published: PublishedRow;
  /** In the published unit; null where the cell was not measured. */
  readonly ours: number | null;
  /** (ours - published) / published */
  readonly relative: number | null;
  readonly verdict: Verdict;
}

const GB = 1e9;
const GIB = 2 ** 30;

/**
 * Every published number, with ours where it was measured, in the order of the published table. Rivals that are not
 * implemented keep their line, so that a table is never quietly shorter than the paper's.
 */
export function paperComparisons(published: readonly PublishedRow[], rows: readonly ResultRow[]): PaperComparison[] {
  return published.map((cell) => {
    const ours = measured(cell, published, rows);
    const relative = ours === null ? null : (ours - cell.value) / cell.value;
    return { published: cell, ours, relative, verdict: verdict(cell, relative) };
  });
}

function measured(cell: PublishedRow, published: readonly PublishedRow[], rows: readonly ResultRow[]): number | null {
  if (cell.metric === "memory") {
    const row = rows.find((candidate) => publishedMemory(published, candidate) === cell);
    return row ? (row.memory_gb * GB) / (cell.unit === "GiB" ? GIB : GB) : null;
  }
  const row = rows.find(
    (candidate) =>
      publishedMetric(candidate.dataset) === cell.metric && publishedPerplexity(published, candidate) === cell,
  );
  return row?.perplexity ?? null;
}

function verdict({ method, tolerance }: PublishedRow, relative: number | null): Verdict {
  if (relative === null) return implemented(method) ? "not run" : "not implemented";
  if (tolerance === null) return "no tolerance";
  return Math.abs(relative) <= tolerance ? "agrees" : "differs";
}

/** The paper's id of a method is ours but for bitsandbytes' types. */
function implemented(method: string): boolean {
  return isMethodId(method) || method === publishedId("nf4") || method === publishedId("fp4");
}
