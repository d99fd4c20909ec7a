import type { ImbalanceRow } from "@sinqbench/report";
import { median } from "@sinqbench/tensor";

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
    const middle = (of: "matrix_imbalance" | "tile_imbalance") => median(experts.map((rows) => rows[i][of]));
    return {
      ...row,
      tensor: row.tensor.replace(/\.experts\.\d+\./, ".experts.*."),
      matrix_imbalance: middle("matrix_imbalance"),
      tile_imbalance: middle("tile_imbalance"),
    };
  });
}
