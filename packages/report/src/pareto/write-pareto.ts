import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import type { ResultRow } from "../types.ts";
import { writeResultFiles } from "../write-files.ts";
import { paretoChart } from "./pareto-chart.ts";
import { paretoMarkdown } from "./pareto-markdown.ts";
import { paretoCsv, paretoRows } from "./pareto-row.ts";

/**
 * Writes one model's front: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, which the same rows leave with the same bytes.
 *
 * @param dir made if missing
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `result-not-finite`, or what writing a file throws
 */
export async function writePareto(dir: string, results: readonly ResultRow[]): Promise<string[]> {
  if (results.length === 0) throw noRows("pareto");
  const other = results.find((row) => row.model !== results[0].model);
  if (other) throw mixedModels(results[0].model, other.model);
  const rows = paretoRows(results);
  return writeResultFiles(dir, modelSlug(results[0].model), {
    csv: paretoCsv(rows),
    markdown: paretoMarkdown(rows),
    chart: paretoChart(rows),
    title: "Bits against perplexity",
  });
}
