import type { PublishedRow } from "../types.ts";
import type { ProductTimeRow } from "./product-time-row.ts";

export interface PublishedProduct {
  readonly plain: PublishedRow | null;
  readonly scaled: PublishedRow | null;
  readonly overhead: PublishedRow | null;
}

/** What the paper prints of the product of so many inputs with a matrix of this size. */
export function publishedProduct(
  published: readonly PublishedRow[],
  { width, tokens, bits }: Pick<ProductTimeRow, "width" | "tokens" | "bits">,
): PublishedProduct {
  const cell = (method: string, metric: string) =>
    published.find(
      (row) =>
        row.model === `linear-D${width}-B${tokens}` &&
        row.bits === String(bits) &&
        row.method === method &&
        row.metric === metric,
    ) ?? null;
  return {
    plain: cell("gemlite", "matmul_time"),
    scaled: cell("gemlite+scale", "matmul_time"),
    overhead: cell("gemlite+scale", "overhead"),
  };
}
