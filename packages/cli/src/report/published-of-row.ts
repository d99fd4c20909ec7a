import { isPaperInput } from "@sinqbench/datasets";
import { type Experiment, type PublishedRow, publishedMetric, publishedRows, type ResultRow } from "@sinqbench/report";
import { paperModelIds } from "../paper-models.ts";

/** Group size and tiling of the paper's tables. */
const PAPER = { group_size: 64, tiling: "1d" } as const;

/**
 * The published perplexity that may stand beside a row of a results file: none unless its model is called as one of the
 * paper's, its text and protocol are the paper's to the hash, and its settings those of the paper.
 */
export function publishedOfRow(row: ResultRow, { paperTable }: Experiment): PublishedRow | undefined {
  const model = paperModelIds().find((id) => id === row.model || id.split("/").at(-1) === row.model);
  if (paperTable === undefined || model === undefined) return undefined;
  if (!isPaperInput(row.dataset, row.text_sha256, row.protocol)) return undefined;
  if (row.method !== "bf16" && (row.group_size !== PAPER.group_size || row.tiling !== PAPER.tiling)) return undefined;
  return publishedRows({ table: paperTable, bits: row.bits, method: row.method, model }).find(
    ({ metric }) => metric === publishedMetric(row.dataset),
  );
}
