import { type Claim, loadPublished, methodOf, type PublishedRow, publishedId, SINQ_PAPER } from "@sinqbench/report";

/** How often the paper's own tables have the claim's method lower. */
export interface PublishedCount {
  readonly lower: number;
  readonly cells: number;
  /** Tables that print both methods, in the paper's order. */
  readonly tables: readonly string[];
}

/**
 * Counts the cells of the paper that print a perplexity of both methods for a model, a text and a bit width. A comparison
 * that two tables repeat with the same numbers counts once.
 */
export function publishedCount(
  { better, worse, bits }: Pick<Claim, "better" | "worse" | "bits">,
  published: readonly PublishedRow[] = loadPublished().filter(({ source }) => source === SINQ_PAPER),
): PublishedCount {
  const wanted = published.filter(
    (row) => row.metric.endsWith("_ppl") && bits.some((known) => String(known) === row.bits),
  );
  const cells = wanted
    .filter((row) => row.method === publishedId(methodOf(better)))
    .flatMap((row) => {
      const rival = wanted.find(
        (other) =>
          other.method === publishedId(methodOf(worse)) &&
          (["table", "bits", "model", "metric"] as const).every((name) => other[name] === row[name]),
      );
      return rival ? [{ row, rival }] : [];
    });
  const once = new Map(
    cells.map(({ row, rival }) => [
      JSON.stringify([row.bits, row.model, row.metric, row.printed, rival.printed]),
      row.value < rival.value,
    ]),
  );
  return {
    lower: [...once.values()].filter(Boolean).length,
    cells: once.size,
    tables: [...new Set(cells.map(({ row }) => row.table))].sort((a, b) => Number(a) - Number(b)),
  };
}
