import type { ChoiceRow, ClaimRow, ImbalanceRow, LayerRow, ObjectiveRow, ResultRow } from "@sinqbench/report";

export type TableKind = "perplexity" | "imbalance" | "layers" | "objective" | "claims" | "choices" | "plain";

/** Columns that only one kind of table has; a file with most of them is of that kind, or damaged. */
const MARKS: Readonly<Record<Exclude<TableKind, "plain">, readonly string[]>> = {
  perplexity: [
    "perplexity_se",
    "delta_nll_se",
    "bits_per_weight",
    "memory_gb",
    "text_sha256",
  ] satisfies readonly (keyof ResultRow)[],
  imbalance: ["tensor", "preset", "matrix_imbalance", "tile_imbalance"] satisfies readonly (keyof ImbalanceRow)[],
  layers: ["tensor", "imbalance_before", "kurtosis_awq", "output_error_sinq"] satisfies readonly (keyof LayerRow)[],
  objective: ["layers", "imbalance", "weight_error", "output_error"] satisfies readonly (keyof ObjectiveRow)[],
  claims: ["claim", "statement", "perplexity_better", "perplexity_worse"] satisfies readonly (keyof ClaimRow)[],
  choices: ["task", "items", "accuracy_norm", "flip_rate", "items_sha256"] satisfies readonly (keyof ChoiceRow)[],
};

/** Which reader a header asks for. The reader then refuses a header that is nearly its own. */
export function kindOf(columns: readonly string[]): TableKind {
  const found = Object.entries(MARKS).find(
    ([, marks]) => marks.filter((name) => columns.includes(name)).length * 2 > marks.length,
  );
  return (found?.[0] as TableKind | undefined) ?? "plain";
}
