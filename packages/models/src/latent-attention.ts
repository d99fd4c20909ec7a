import type { Value } from "@sinqbench/onnx";
import type { Attended, GraphWindows, PositionInputs } from "./attention-inputs.ts";
import { causalMask } from "./causal-mask.ts";
import type { GraphLayers } from "./graph-layers.ts";
import { ATTENTION_SLICE } from "./grouped-attention.ts";
import { rotation } from "./rotate.ts";
import type { ModelConfig } from "./types.ts";

/** The norms of the narrow vectors have a constant of their own, whatever the config gives for the others. */
const LATENT_EPSILON = 1e-6;

/**
 * Scores in memory at a time: all heads of a long window would take gigabytes (128 heads of 2048 tokens: 2 GiB), and what is
 * copied of keys and values grows with the number of slices of queries, not with that of groups of heads.
 */
const SCORES_AT_A_TIME = 1 << 23;

/** Queries, keys and values of [batch, heads, length, width]. */
interface Heads {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

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

  const mixed = byHead(causalAttention(layers, config, length, { q, k, v }));
  return {
    mixed: layers.reshape(mixed, -1, heads * valueDim),
    probes: { attention_input: x, kv_latent: latent, ...(queryLatent && { q_latent: queryLatent }) },
  };
}

/**
 * Causal attention of [batch, heads, length, width]: a group of heads at a time, and of these a slice of queries over the keys
 * up to its last.
 */
function causalAttention(layers: GraphLayers, config: ModelConfig, length: number, { q, k, v }: Heads): Value {
  const { heads } = config;
  const rows = Math.min(length, ATTENTION_SLICE);
  const group = Math.min(heads, Math.max(1, Math.floor(SCORES_AT_A_TIME / (rows * length))));
  const masks = new Map<number, Value>();
  for (let start = ATTENTION_SLICE; start < length; start += ATTENTION_SLICE) {
    const end = Math.min(start + ATTENTION_SLICE, length);
    masks.set(start, layers.graph.float32([end - start, end], causalMask(start, end)));
  }
  const outputs: Value[] = [];
  for (let first = 0; first < heads; first += group) {
    const own = (value: Value) =>
      group < heads ? layers.slice(value, 1, first, Math.min(first + group, heads)) : value;
    outputs.push(causalSlices(layers, config, masks, length, { q: own(q), k: own(k), v: own(v) }));
  }
  return joined(layers, outputs, 1);
}

/** `masks`: by first query, for all slices but the first. */
function causalSlices(
  layers: GraphLayers,
  config: ModelConfig,
  masks: ReadonlyMap<number, Value>,
  length: number,
  { q, k, v }: Heads,
): Value {
  const scale = { float: config.attentionScale };
  const outputs: Value[] = [];
  for (let start = 0; start < length; start += ATTENTION_SLICE) {
    const end = Math.min(start + ATTENTION_SLICE, length);
    const between = (value: Value, from: number) =>
      from > 0 || end < length ? layers.slice(value, 2, from, end) : value;
    const inputs = [between(q, start), between(k, 0), between(v, 0), masks.get(start) ?? null];
    outputs.push(layers.graph.op("Attention", inputs, { is_causal: start > 0 ? 0 : 1, scale }));
  }
  return joined(layers, outputs, 2);
}

function joined({ graph }: GraphLayers, values: readonly Value[], axis: number): Value {
  return values.length > 1 ? graph.op("Concat", values, { axis }) : values[0]!;
}
