import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import type { Experiment } from "../types.ts";
import { writeResultFiles } from "../write-files.ts";
import { objectiveChart } from "./objective-chart.ts";
import { objectiveMarkdown } from "./objective-markdown.ts";
import { type ObjectiveRow, objectiveCsv } from "./objective-row.ts";

/**
 * Writes one model's settings: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, which the same rows leave with the same bytes.
 *
 * @param dir made if missing
 * @param experiment gives the order of the settings
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `objective-not-finite`, or what writing a file throws
 */
export async function writeObjective(
  dir: string,
  experiment: Pick<Experiment, "methods" | "bits">,
  rows: readonly ObjectiveRow[],
): Promise<string[]> {
  if (rows.length === 0) throw noRows("objective");
  const other = rows.find((row) => row.model !== rows[0].model);
  if (other) throw mixedModels(rows[0].model, other.model);
  return writeResultFiles(dir, modelSlug(rows[0].model), {
    csv: objectiveCsv(rows),
    markdown: objectiveMarkdown(experiment, rows),
    chart: objectiveChart(experiment, rows),
    title: "What should a normalization make small?",
  });
}
