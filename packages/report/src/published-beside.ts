import { publishedId } from "./method-styles.ts";
import type { PublishedRow, ResultRow } from "./types.ts";

/**
 * The published perplexity that stands beside a row, or undefined. Method, bits, text and model must match; a model in a
 * local folder matches by its name without the organisation. Whether model, text and protocol truly are the paper's is
 * for the caller to know, who passes published numbers or none.
 */
export function publishedPerplexity(published: readonly PublishedRow[], row: ResultRow): PublishedRow | undefined {
  return find(published, row, publishedMetric(row.dataset));
}

/** The published memory that stands beside a row, or undefined; its unit is GB or GiB. */
export function publishedMemory(published: readonly PublishedRow[], row: ResultRow): PublishedRow | undefined {
  return find(published, row, "memory");
}

/** Name of a text's perplexity in published.csv: "WikiText2" and "wikitext-2" are "wikitext2_ppl". */
export function publishedMetric(dataset: string): string {
  return `${dataset.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}_ppl`;
}

/** Ours minus the published value, at the decimals that were printed, with its sign: "+0.03", "0.00", "-1.20". */
export function publishedDifference(ours: number, published: PublishedRow): string {
  const decimals = published.printed.split(".")[1]?.length ?? 0;
  const text = (ours - published.value).toFixed(decimals);
  if (Number(text) === 0) return text.replace("-", "");
  return ours > published.value ? `+${text}` : text;
}

function find(published: readonly PublishedRow[], row: ResultRow, metric: string): PublishedRow | undefined {
  // Nothing was published of a method with other options than the paper's.
  if (row.options !== null) return undefined;
  const cells = published.filter(
    (cell) => cell.metric === metric && cell.bits === String(row.bits) && sameModel(cell.model, row.model),
  );
  const cell = (method: string) => cells.find((cell) => cell.method === method);
  const id = publishedId(row.method);
  // A table that compares precisions names a method with 8-bit scales so.
  return (row.aux === "u8" ? cell(`${id}-aux8`) : undefined) ?? cell(id);
}

function sameModel(published: string, ours: string): boolean {
  return published === ours || published.split("/").at(-1) === ours;
}
