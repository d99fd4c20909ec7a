import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import { writeResultFiles } from "../write-files.ts";
import { imbalanceChart } from "./imbalance-chart.ts";
import { imbalanceMarkdown } from "./imbalance-markdown.ts";
import { type ImbalanceRow, imbalanceCsv } from "./imbalance-row.ts";

/**
 * Writes one model's imbalance: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, which the same rows leave with the same
 * bytes. Everything is made before the first file is written, and each file is written whole.
 *
 * @param dir made if missing
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `imbalance-not-finite`, or what writing a file throws
 */
export async function writeImbalance(dir: string, rows: readonly ImbalanceRow[]): Promise<string[]> {
  if (rows.length === 0) throw noRows("imbalance");
  const other = rows.find((row) => row.model !== rows[0].model);
  if (other) throw mixedModels(rows[0].model, other.model);
  return writeResultFiles(dir, modelSlug(rows[0].model), {
    csv: imbalanceCsv(rows),
    markdown: imbalanceMarkdown(rows),
    chart: imbalanceChart(rows),
    title: "Matrix imbalance by Sinkhorn iteration",
  });
}
