import type { Value } from "@sinqbench/onnx";
import type { Attended, GraphWindows, PositionInputs } from "./attention-inputs.ts";
import { causalMask } from "./causal-mask.ts";
import type { GraphLayers } from "./graph-layers.ts";
import { rotation } from "./rotate.ts";
import type { ModelConfig } from "./types.ts";

/** The norms of the narrow vectors have a constant of their own, whatever the config gives for the others. */
const LATENT_EPSILON = 1e-6;

/** Scores in memory at a time, so that 128 heads of a long window do not take gigabytes. */
const SCORES_PER_SLICE = 1 << 24;

/**
 * Multi-head latent attention. Keys and values are decompressed for every head: for a window of n tokens that costs
 * n * rank * (plainDim + valueDim) per head once, where attending in the narrow space costs n * n * rank or so more.
 * Queries attend in slices, as in `groupedAttention`, for any number of windows. x: [tokens, hidden].
 */
export function latentAttention(
  layers: GraphLayers,
  config: ModelConfig,
  windows: GraphWindows,
  x: Value,
  positions: PositionInputs,
): Attended {
  const { graph } = layers;
  const { length } = windows;
  const { heads, headDim, valueDim, rotaryDim } = config;
  const { queryRank, keyValueRank, plainDim } = config.latent!;
  const rotate = rotation(layers, positions, { interleaved: 1 });
  const split = (value: Value, axis: number, at: number, end: number) =>
    [layers.slice(value, axis, 0, at), layers.slice(value, axis, at, end)] as const;
  /** [batch, length, heads, width] to [batch, heads, length, width]. */
  const byHead = (value: Value) => graph.op("Transpose", [value], { perm: [0, 2, 1, 3] });

  const queryLatent =
    queryRank === null
      ? null
      : layers.rmsNorm(layers.linear(x, "self_attn.q_a_proj"), "self_attn.q_a_layernorm", LATENT_EPSILON);
  const flatQueries = queryLatent
    ? layers.linear(queryLatent, "self_attn.q_b_proj")
    : layers.linear(x, "self_attn.q_proj");
  const [plainQueries, turningQueries] = split(
    layers.reshape(flatQueries, -1, length, heads, headDim),
    3,
    plainDim,
    headDim,
  );
  const rotated = (value: Value, count: number) =>
    layers.reshape(rotate(layers.reshape(value, -1, length, count * rotaryDim), count), -1, length, count, rotaryDim);
  const q = byHead(graph.op("Concat", [plainQueries, rotated(turningQueries, heads)], { axis: 3 }));

  const compressed = layers.linear(x, "self_attn.kv_a_proj_with_mqa");
  const [narrow, sharedKey] = split(compressed, 1, keyValueRank, keyValueRank + rotaryDim);
  const latent = layers.rmsNorm(narrow, "self_attn.kv_a_layernorm", LATENT_EPSILON);
  const decompressed = layers.reshape(
    layers.linear(latent, "self_attn.kv_b_proj"),
    -1,
    length,
    heads,
    plainDim + valueDim,
  );
  const [plainKeys, values] = split(decompressed, 3, plainDim, plainDim + valueDim);
  const everyHead = graph.op("Expand", [rotated(sharedKey, 1), graph.int64(1, 1, heads, 1)]);
  const k = byHead(graph.op("Concat", [plainKeys, everyHead], { axis: 3 }));
  const v = byHead(values);

  const mixed = byHead(causalSlices(layers, config, length, { q, k, v }));
  return {
    mixed: layers.reshape(mixed, -1, heads * valueDim),
    probes: { attention_input: x, kv_latent: latent, ...(queryLatent && { q_latent: queryLatent }) },
  };
}

/** Causal attention of [batch, heads, length, width], a slice of queries at a time over the keys up to its last. */
function causalSlices(
  layers: GraphLayers,
  { heads, attentionScale }: ModelConfig,
  length: number,
  { q, k, v }: { readonly q: Value; readonly k: Value; readonly v: Value },
): Value {
  const { graph } = layers;
  const step = sliceOf(heads, length);
  const scale = { float: attentionScale };
  const outputs: Value[] = [];
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    const upTo = (value: Value) => layers.slice(value, 2, 0, end);
    const queries = layers.slice(q, 2, start, end);
    const inputs =
      start === 0
        ? [queries, upTo(k), upTo(v)]
        : [queries, upTo(k), upTo(v), graph.float32([end - start, end], causalMask(start, end))];
    outputs.push(graph.op("Attention", inputs, { is_causal: start === 0 ? 1 : 0, scale }));
  }
  return outputs.length > 1 ? graph.op("Concat", outputs, { axis: 2 }) : outputs[0]!;
}

/** Queries that attend at a time: a power of two, and as many as keep the scores of all heads small. */
function sliceOf(heads: number, length: number): number {
  let step = 32;
  while (2 * step * heads * length <= SCORES_PER_SLICE && step < length) step *= 2;
  return step;
}
