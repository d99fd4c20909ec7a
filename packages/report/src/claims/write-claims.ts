import { mixedModels, noRows } from "../messages.ts";
import { modelSlug } from "../model-slug.ts";
import { writeResultFiles } from "../write-files.ts";
import { type ClaimRow, claimsCsv } from "./claim-row.ts";
import { claimsChart } from "./claims-chart.ts";
import { claimsMarkdown } from "./claims-markdown.ts";

/**
 * Writes one model's claims: `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, which the same rows leave with the same bytes.
 *
 * @param dir made if missing
 * @returns the paths written
 * @throws BenchError `no-result-rows`, `mixed-models`, `claim-not-finite`, or what writing a file throws
 */
export async function writeClaims(dir: string, rows: readonly ClaimRow[]): Promise<string[]> {
  if (rows.length === 0) throw noRows("claims");
  const other = rows.find((row) => row.model !== rows[0].model);
  if (other) throw mixedModels(rows[0].model, other.model);
  return writeResultFiles(dir, modelSlug(rows[0].model), {
    csv: claimsCsv(rows),
    markdown: claimsMarkdown(rows),
    chart: claimsChart(rows),
    title: "Claims of the paper",
  });
}
