import { GraphBuilder, type Value } from "@sinqbench/onnx";
import type { BlockTensor, ModelConfig } from "./types.ts";

/** A graph whose weights are inputs, and the layers that decoder blocks are made of. */
export class GraphLayers {
  readonly graph: GraphBuilder;
  private readonly weights: ReadonlyMap<string, { readonly value: Value; readonly shape: readonly number[] }>;

  /** @param tensors the weights, by their names as graph inputs; those that the graph does not use are left out */
  constructor(
    name: string,
    private readonly config: ModelConfig,
    tensors: readonly BlockTensor[],
  ) {
    this.graph = new GraphBuilder(name);
    this.weights = new Map(
      tensors.map(({ input, shape }) => [input, { value: this.graph.input(input, "float32", shape), shape }]),
    );
  }

  rmsNorm(x: Value, name: string, epsilon = this.config.normEpsilon): Value {
    const scale = this.weights.get(`${name}.weight`)!.value;
    return this.graph.op("SimplifiedLayerNormalization", [x, scale], { axis: -1, epsilon: { float: epsilon } });
  }

  /** Gemm reads W [out, in] as it lies in the checkpoint: no transposed copy is made. */
  linear(x: Value, name: string): Value {
    const weight = this.weights.get(`${name}.weight`)!.value;
    return this.graph.op("Gemm", [x, weight, this.weights.get(`${name}.bias`)?.value ?? null], { transB: 1 });
  }

  /** What rows [start, end) of a weight without bias give. */
  linearRows(x: Value, name: string, start: number, end: number): Value {
    const { value, shape } = this.weights.get(`${name}.weight`)!;
    const rows = start > 0 || end < shape[0]! ? this.slice(value, 0, start, end) : value;
    return this.graph.op("Gemm", [x, rows, null], { transB: 1 });
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length > 1 ? this.graph.op("Concat", values, { axis }) : values[0]!;
  }

  reshape(x: Value, ...shape: number[]): Value {
    return this.graph.op("Reshape", [x, this.graph.int64(...shape)]);
  }

  /** Indices [start, end) of one axis. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    const { graph } = this;
    return graph.op("Slice", [x, graph.int64(start), graph.int64(end), graph.int64(axis)]);
  }

  /** silu(gate) * up, [tokens, inner]: the input of the down projection. */
  gated(x: Value, prefix: string, fusedWidth?: number): Value {
    const { graph } = this;
    let [gate, up]: [Value, Value] = [x, x];
    if (fusedWidth === undefined) {
      [gate, up] = [this.linear(x, `${prefix}gate_proj`), this.linear(x, `${prefix}up_proj`)];
    } else {
      const both = this.linear(x, `${prefix}gate_up_proj`);
      [gate, up] = [this.slice(both, 1, 0, fusedWidth), this.slice(both, 1, fusedWidth, 2 * fusedWidth)];
    }
    // QuickGelu with alpha 1 is x * sigmoid(x): SiLU in one pass.
    const activated = graph.contrib("QuickGelu", [gate], { alpha: { float: 1 } })[0]!;
    return graph.op("Mul", [activated, up]);
  }
}
