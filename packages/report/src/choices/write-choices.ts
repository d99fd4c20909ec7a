import { join } from "node:path";
import { writeFileAtomic } from "@sinqbench/tensor";
import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import { TABLE_SUFFIX } from "../table-csv.ts";
import type { PublishedRow } from "../types.ts";
import { writeResultFiles } from "../write-files.ts";
import type { ChoiceExperiment } from "./choice-experiment.ts";
import { type ChoiceRow, choicesCsv } from "./choice-row.ts";
import { choicesChart } from "./choices-chart.ts";
import { choicesMarkdown } from "./choices-markdown.ts";
import { choicesTableCsv } from "./choices-table-csv.ts";

/**
 * Writes one model's tasks: `<slug>.csv`, `.md`, `.vl.json`, `.svg`, `.png` and `.table.csv` (the paper's layout), which the same rows
 * leave with the same bytes, and `<slug>.run.json` with what differs from run to run.
 *
 * @param dir made if missing
 * @param published the numbers that may stand beside these rows
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `choice-not-finite`, or what writing a file throws
 */
export async function writeChoices(
  dir: string,
  experiment: ChoiceExperiment,
  rows: readonly ChoiceRow[],
  published: readonly PublishedRow[] = [],
  sidecar: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  if (rows.length === 0) throw noRows(experiment.id);
  const [{ model }] = rows;
  const other = rows.find((row) => row.model !== model);
  if (other) throw mixedModels(model, other.model);
  const slug = modelSlug(model);
  const paths = await writeResultFiles(dir, slug, {
    csv: choicesCsv(rows),
    markdown: choicesMarkdown(experiment, rows, published),
    chart: choicesChart(experiment, rows),
    title: experiment.title,
  });
  const wide = join(dir, `${slug}${TABLE_SUFFIX}`);
  await writeFileAtomic(wide, choicesTableCsv(experiment, rows));
  const path = join(dir, `${slug}.run.json`);
  await writeFileAtomic(path, `${JSON.stringify(sidecar, null, 2)}\n`);
  return [...paths, wide, path];
}
