import type { ImbalanceRow } from "@sinqbench/report";

type Row = Omit<ImbalanceRow, "model">;

/**
 * One row for the experts of a block in the place of one for each: the median over the experts of every number, under the name
 * "model.layers.3.mlp.experts.*.up_proj.weight". A model has thousands of experts, and their lists are of no use to anybody.
 *
 * @param experts rows of the same layer of every expert, each list in the same order
 */
export function groupExperts(experts: readonly (readonly Row[])[]): Row[] {
  const [first = []] = experts;
  return first.map((row, i) => {
    const median = (of: "matrix_imbalance" | "tile_imbalance") => medianOf(experts.map((rows) => rows[i][of]));
    return {
      ...row,
      tensor: row.tensor.replace(/\.experts\.\d+\./, ".experts.*."),
      matrix_imbalance: median("matrix_imbalance"),
      tile_imbalance: median("tile_imbalance"),
    };
  });
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
