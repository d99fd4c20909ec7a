import { join } from "node:path";
import { writeFileAtomic } from "@sinqbench/tensor";
import { comparisonMarkdown } from "./comparison-markdown.ts";
import { markdownTable } from "./markdown-table.ts";
import { mixedModels, noRows } from "./messages.ts";
import { modelSlug } from "./model-slug.ts";
import { paretoChart } from "./pareto/pareto-chart.ts";
import { paretoMarkdown } from "./pareto/pareto-markdown.ts";
import { protocolsChart } from "./protocols/protocols-chart.ts";
import { protocolsMarkdown } from "./protocols/protocols-markdown.ts";
import { resultsCsv } from "./results-csv.ts";
import { tableChart } from "./table-chart.ts";
import { TABLE_SUFFIX, tableCsv } from "./table-csv.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";
import { writeResultFiles } from "./write-files.ts";

/**
 * Writes one model's results: `<slug>.csv` (a line for every cell), `.md` (the table, and every published number beside ours),
 * `.vl.json`, `.svg` and `.png` (the chart), and `.table.csv` (the table in the paper's layout), all of which the same rows leave
 * with the same bytes, and `<slug>.run.json` with what differs from run to run (times, machine, versions).
 * Everything is made before the first file is written, and each file is written whole.
 *
 * @param dir folder of the experiment's results, made if missing
 * @param published the numbers that may stand beside these rows: same model, text and protocol; empty for none
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `result-not-finite`, or what writing a file throws
 */
export async function writeExperiment(
  dir: string,
  model: string,
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[] = [],
  sidecar: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  if (rows.length === 0) throw noRows(`${experiment.id}, ${model}`);
  const other = rows.find((row) => row.model !== model);
  if (other) throw mixedModels(model, other.model);
  const slug = modelSlug(model);
  const csv = resultsCsv(rows);
  const standardError = rows.every((row) => row.perplexity_se !== null);
  const table = markdownTable(experiment, rows, published, { standardError });
  const sections = [
    table,
    experiment.view === "pareto" ? paretoMarkdown(rows) : "",
    experiment.view === "protocols" ? protocolsMarkdown(experiment, rows) : "",
    comparisonMarkdown(published, rows),
  ].filter((section) => section !== "");
  const wide = tableCsv(experiment, rows, published, { standardError });
  const sidecarText = `${JSON.stringify(sidecar, null, 2)}\n`;
  const paths = await writeResultFiles(dir, slug, {
    csv,
    markdown: sections.join("\n"),
    chart: chartOf(experiment, rows, published),
    title: experiment.title,
  });
  const [widePath, path] = [join(dir, `${slug}${TABLE_SUFFIX}`), join(dir, `${slug}.run.json`)];
  await writeFileAtomic(widePath, wide);
  await writeFileAtomic(path, sidecarText);
  return [...paths, widePath, path];
}

function chartOf(experiment: Experiment, rows: readonly ResultRow[], published: readonly PublishedRow[]) {
  if (experiment.view === "pareto") return paretoChart(rows);
  if (experiment.view === "protocols") return protocolsChart(experiment, rows);
  return tableChart(experiment, rows, published);
}
