import type { ResultRow } from "../types.ts";

/**
 * The results that nothing else dominates, text by text and fewest bits first: no other one has at most their stored bits per
 * weight and at most their perplexity, and less of one of them. The checkpoint's own weights take part.
 */
export function paretoFront(rows: readonly ResultRow[]): ResultRow[] {
  return rows
    .filter((row) => !rows.some((other) => dominates(other, row)))
    .toSorted((a, b) => a.bits_per_weight - b.bits_per_weight);
}

function dominates(a: ResultRow, b: ResultRow): boolean {
  if (a.model !== b.model || a.tokens_sha256 !== b.tokens_sha256) return false;
  const bits = a.bits_per_weight - b.bits_per_weight;
  const perplexity = a.perplexity - b.perplexity;
  return bits <= 0 && perplexity <= 0 && (bits < 0 || perplexity < 0);
}
