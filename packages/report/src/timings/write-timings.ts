import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import type { PublishedRow } from "../types.ts";
import { writeResultFiles } from "../write-files.ts";
import { type ProductTimeRow, productTimesCsv } from "./product-time-row.ts";
import { productTimesChart } from "./product-times-chart.ts";
import { productTimesMarkdown } from "./product-times-markdown.ts";
import { type QuantizationTimeRow, quantizationTimesCsv } from "./quantization-time-row.ts";
import { quantizationTimesChart } from "./quantization-times-chart.ts";
import { quantizationTimesMarkdown } from "./quantization-times-markdown.ts";
import type { ProductTimeExperiment, QuantizationTimeExperiment } from "./timing-experiment.ts";

/**
 * Writes how long each method took for one model: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`.
 *
 * @param dir made if missing
 * @param published of the paper's table: averages over its models, and this model's seconds where they may stand beside ours
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `time-not-finite`, or what writing a file throws
 */
export async function writeQuantizationTimes(
  dir: string,
  experiment: QuantizationTimeExperiment,
  rows: readonly QuantizationTimeRow[],
  published: readonly PublishedRow[],
): Promise<string[]> {
  if (rows.length === 0) throw noRows(experiment.id);
  const other = rows.find((row) => row.model !== rows[0].model);
  if (other) throw mixedModels(rows[0].model, other.model);
  return writeResultFiles(dir, modelSlug(rows[0].model), {
    csv: quantizationTimesCsv(rows),
    markdown: quantizationTimesMarkdown(experiment, rows, published),
    chart: quantizationTimesChart(experiment, rows, published),
    title: experiment.title,
  });
}

/** The one name of products in files: they are of no model. */
const LINEAR = "linear";

/**
 * Writes what the second scale costs in products: `linear.csv`, `.md`, `.vl.json`, `.svg` and `.png`.
 *
 * @param dir made if missing
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `time-not-finite`, or what writing a file throws
 */
export async function writeProductTimes(
  dir: string,
  experiment: ProductTimeExperiment,
  rows: readonly ProductTimeRow[],
  published: readonly PublishedRow[],
): Promise<string[]> {
  if (rows.length === 0) throw noRows(experiment.id);
  return writeResultFiles(dir, LINEAR, {
    csv: productTimesCsv(rows),
    markdown: productTimesMarkdown(experiment, rows, published),
    chart: productTimesChart(experiment, rows, published),
    title: experiment.title,
  });
}
