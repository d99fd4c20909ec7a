import { methodStyle, publishedId } from "../method-styles.ts";
import { methodOf } from "../table-lines.ts";
import type { PublishedRow } from "../types.ts";
import type { QuantizationTimeRow } from "./quantization-time-row.ts";
import type { QuantizationTimeExperiment } from "./timing-experiment.ts";

/** A row with the name that tables and charts give it. */
export interface TimedLine {
  readonly label: string;
  readonly row: QuantizationTimeRow;
}

/** Rows in the order of the experiment's bits and methods; others after, as they come. */
export function timedLines(
  { methods, bits }: Pick<QuantizationTimeExperiment, "methods" | "bits">,
  rows: readonly QuantizationTimeRow[],
): TimedLine[] {
  const order = methods.map(methodOf);
  const place = (list: readonly unknown[], value: unknown) => {
    const at = list.indexOf(value);
    return at < 0 ? list.length : at;
  };
  return rows
    .toSorted((a, b) => place(bits, a.bits) - place(bits, b.bits) || place(order, a.method) - place(order, b.method))
    .map((row) => {
      const { label } = methodStyle(row.method);
      return { label: row.options === null ? label : `${label} (${row.options})`, row };
    });
}

/** What the paper says of a method's cost relative to RTN's, averaged over its models. */
export function averageFactor(published: readonly PublishedRow[], row: QuantizationTimeRow): PublishedRow | null {
  return cell(published, row, "average_cost_vs_rtn");
}

/** The paper's seconds for this very model, where they may stand beside ours. */
export function publishedSeconds(
  published: readonly PublishedRow[],
  row: QuantizationTimeRow,
): { readonly value: PublishedRow; readonly std: PublishedRow | null } | null {
  const value = cell(published, row, "quantization_time");
  return value && { value, std: cell(published, row, "quantization_time_std") };
}

/** The spread and the average are printed without bits: they are of the 4-bit times. */
function cell(published: readonly PublishedRow[], row: QuantizationTimeRow, metric: string): PublishedRow | null {
  if (row.bits !== 4) return null;
  return published.find((own) => own.metric === metric && own.method === publishedId(row.method)) ?? null;
}
