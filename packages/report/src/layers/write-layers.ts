import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import { writeResultFiles } from "../write-files.ts";
import { type LayerRow, layersCsv } from "./layer-row.ts";
import { layersChart } from "./layers-chart.ts";
import { layersMarkdown } from "./layers-markdown.ts";

/**
 * Writes one model's layers: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, which the same rows leave with the same bytes.
 *
 * @param dir made if missing
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `layer-not-finite`, or what writing a file throws
 */
export async function writeLayers(dir: string, rows: readonly LayerRow[]): Promise<string[]> {
  if (rows.length === 0) throw noRows("layers");
  const other = rows.find((row) => row.model !== rows[0].model);
  if (other) throw mixedModels(rows[0].model, other.model);
  return writeResultFiles(dir, modelSlug(rows[0].model), {
    csv: layersCsv(rows),
    markdown: layersMarkdown(rows),
    chart: layersChart(rows),
    title: "Layers: what normalization meets and does",
  });
}
