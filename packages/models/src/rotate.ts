import type { Value } from "@sinqbench/onnx";
import type { PositionInputs } from "./attention-inputs.ts";
import type { GraphLayers } from "./graph-layers.ts";

/** Returns ONNX RotaryEmbedding of [batch, length, heads * width] with the tables of the window. */
export function rotation({ graph }: GraphLayers, positions: PositionInputs, attributes: Record<string, number> = {}) {
  const batched = (table: Value) => {
    const windows = graph.op("Shape", [positions.lastPositions]);
    const shape = graph.op("Concat", [windows, graph.op("Shape", [table])], { axis: 0 });
    return graph.op("Expand", [table, shape]);
  };
  const [cos, sin] = [batched(positions.cos), batched(positions.sin)];
  return (x: Value, heads: number) => graph.op("RotaryEmbedding", [x, cos, sin], { num_heads: heads, ...attributes });
}
