import { GraphBuilder, type Value } from "@sinqbench/onnx";
import { blockTensors } from "./model-tensors.ts";
import { type ProbeOutput, probeSites } from "./probe-sites.ts";
import type { ModelConfig } from "./types.ts";

/**
 * Rows of queries that attend at a time when a window is alone in its batch. Keys after the last query of a slice are
 * never touched, so eight slices do 0.5625 of the full score product, and the score buffer shrinks eightfold. Bit for bit
 * the same result; 2048 tokens, 16 heads of 128 on 2 cores: 206 ms whole, 143 ms in slices of 512, 137 ms of 256.
 */
export const ATTENTION_SLICE = 256;

/** The runtime's GroupQueryAttention rotates heads only of widths divisible by this. */
const ROTARY_WIDTH_MULTIPLE = 16;

/** Runtime attention that takes rotary tables itself, or the ONNX operators; "auto" picks the first where it can. */
export type AttentionPath = "auto" | "fused" | "standard";

export interface BlockGraphOptions {
  /** Tokens in a window. */
  readonly length: number;
  /** Windows in a batch, fixed when 1 (long windows are sliced), else any number. */
  readonly batch: 1 | "any";
  readonly attention?: AttentionPath;
  /** Also output what the linear layers get: see `probeSites`. */
  readonly probes?: boolean;
}

/**
 * ONNX graph of one decoder block. Inputs: `hidden` [batch, length, hidden], `cos` and `sin` [length, headDim / 2],
 * `last_positions` int32 [batch] (length - 1 each), and the block's tensors under their names within the block; output:
 * `hidden_out`, and with `probes` those of `probeSites`, [tokens, width] each. Arithmetic: modeling_llama.py and modeling_qwen3.py of transformers, float32.
 */
export function blockGraph(config: ModelConfig, options: BlockGraphOptions): Uint8Array {
  const { length } = options;
  const batch = options.batch === 1 ? 1 : "batch";
  const { hiddenSize, headDim } = config;
  const graph = new GraphBuilder(`${config.modelType}_block`);
  const hidden = graph.input("hidden", "float32", [batch, length, hiddenSize]);
  const rope = {
    cos: graph.input("cos", "float32", [length, headDim / 2]),
    sin: graph.input("sin", "float32", [length, headDim / 2]),
    lastPositions: graph.input("last_positions", "int32", [batch]),
  };
  const weights = new Map(blockTensors(config, 0).map((t) => [t.input, graph.input(t.input, "float32", t.shape)]));
  const weight = (name: string): Value => weights.get(name)!;

  const flat = graph.int64(-1, hiddenSize);
  const rmsNorm = (x: Value, scale: Value) =>
    graph.op("SimplifiedLayerNormalization", [x, scale], { axis: -1, epsilon: { float: config.normEpsilon } });
  // Gemm reads W [out, in] as it lies in the checkpoint: no transposed copy is made.
  const linear = (x: Value, name: string) =>
    graph.op("Gemm", [x, weight(`${name}.weight`), weights.get(`${name}.bias`) ?? null], { transB: 1 });

  const residual = graph.op("Reshape", [hidden, flat]);
  const x = rmsNorm(residual, weight("input_layernorm.weight"));
  const heads = (name: string, count: number, norm: string | null) => {
    const projected = linear(x, name);
    const normed = norm
      ? rmsNorm(graph.op("Reshape", [projected, graph.int64(-1, count, headDim)]), weight(norm))
      : projected;
    return graph.op("Reshape", [normed, graph.int64(-1, length, count * headDim)]);
  };
  const norms = config.queryKeyNorm;
  const q = heads("self_attn.q_proj", config.heads, norms ? "self_attn.q_norm.weight" : null);
  const k = heads("self_attn.k_proj", config.keyValueHeads, norms ? "self_attn.k_norm.weight" : null);
  const v = heads("self_attn.v_proj", config.keyValueHeads, null);

  const canFuse = headDim % ROTARY_WIDTH_MULTIPLE === 0;
  const fused = options.attention === "fused" || (options.attention !== "standard" && canFuse);
  const attend = fused ? fusedAttention : standardAttention;
  const mixed = attend(graph, config, options, { q, k, v, ...rope });
  const merged = graph.op("Reshape", [mixed, graph.int64(-1, config.heads * headDim)]);
  const middle = graph.op("Add", [residual, linear(merged, "self_attn.o_proj")]);

  const y = rmsNorm(middle, weight("post_attention_layernorm.weight"));
  // QuickGelu with alpha 1 is x * sigmoid(x): SiLU in one pass.
  const gate = graph.contrib("QuickGelu", [linear(y, "mlp.gate_proj")], { alpha: { float: 1 } })[0]!;
  const product = graph.op("Mul", [gate, linear(y, "mlp.up_proj")]);
  if (options.probes) {
    const probed: Record<ProbeOutput, Value> = {
      attention_input: x,
      o_proj_input: merged,
      mlp_input: y,
      down_proj_input: product,
    };
    for (const { output, width } of probeSites(config)) {
      graph.output(output, probed[output], "float32", ["tokens", width]);
    }
  }
  const out = graph.op("Add", [middle, linear(product, "mlp.down_proj")]);
  graph.output("hidden_out", graph.op("Reshape", [out, graph.int64(-1, length, hiddenSize)]), "float32", [
    batch,
    length,
    hiddenSize,
  ]);
  return graph.build();
}

interface AttentionInputs {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly cos: Value;
  readonly sin: Value;
  readonly lastPositions: Value;
}

/** com.microsoft GroupQueryAttention: rotary tables, grouped heads and the causal mask in one operator. */
function fusedAttention(
  graph: GraphBuilder,
  config: ModelConfig,
  options: BlockGraphOptions,
  i: AttentionInputs,
): Value {
  const { length } = options;
  const attributes = {
    num_heads: config.heads,
    kv_num_heads: config.keyValueHeads,
    do_rotary: 1,
    scale: { float: 1 / Math.sqrt(config.headDim) },
  };
  // The operator takes earlier keys only for a single window, and slices must all be full.
  const sliced = options.batch === 1 && length > ATTENTION_SLICE && length % ATTENTION_SLICE === 0;
  const step = sliced ? ATTENTION_SLICE : length;
  const outputs: Value[] = [];
  let past: { k: Value; v: Value } | null = null;
  for (let start = 0; start < length; start += step) {
    const end = start + step;
    const slice = (x: Value) =>
      sliced ? graph.op("Slice", [x, graph.int64(start), graph.int64(end), graph.int64(1)]) : x;
    const last = sliced ? graph.op("Sub", [i.lastPositions, graph.int32Scalar(length - end)]) : i.lastPositions;
    const [out, pastK, pastV]: Value[] = graph.contrib(
      "GroupQueryAttention",
      [
        slice(i.q),
        slice(i.k),
        slice(i.v),
        past?.k ?? null,
        past?.v ?? null,
        last,
        graph.int32Scalar(end),
        i.cos,
        i.sin,
      ],
      attributes,
      3,
    );
    outputs.push(out!);
    past = { k: pastK!, v: pastV! };
  }
  return sliced ? graph.op("Concat", outputs, { axis: 1 }) : outputs[0]!;
}

/** ONNX 23 RotaryEmbedding and Attention, for head widths the fused operator does not rotate. */
function standardAttention(
  graph: GraphBuilder,
  config: ModelConfig,
  _options: BlockGraphOptions,
  i: AttentionInputs,
): Value {
  const batched = (table: Value) => {
    const windows = graph.op("Shape", [i.lastPositions]);
    const shape = graph.op("Concat", [windows, graph.op("Shape", [table])], { axis: 0 });
    return graph.op("Expand", [table, shape]);
  };
  const [cos, sin] = [batched(i.cos), batched(i.sin)];
  const rotate = (x: Value, heads: number) => graph.op("RotaryEmbedding", [x, cos, sin], { num_heads: heads });
  return graph.op("Attention", [rotate(i.q, config.heads), rotate(i.k, config.keyValueHeads), i.v], {
    is_causal: 1,
    q_num_heads: config.heads,
    kv_num_heads: config.keyValueHeads,
    scale: { float: 1 / Math.sqrt(config.headDim) },
  });
}
