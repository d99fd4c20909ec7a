import type { Value } from "@sinqbench/onnx";
import type { Attended, GraphWindows, PositionInputs } from "./attention-inputs.ts";
import { causalMask } from "./causal-mask.ts";
import type { GraphLayers } from "./graph-layers.ts";
import { ATTENTION_SLICE } from "./grouped-attention.ts";
import { rotation } from "./rotate.ts";
import type { ModelConfig } from "./types.ts";

/** The norms of the narrow vectors have a constant of their own, whatever the config gives for the others. */
const LATENT_EPSILON = 1e-6;

/** Scores in memory at a time: those of 128 heads of a window of 2048 tokens would take 2 GiB. */
const SCORES_AT_A_TIME = 1 << 23;

/** What all heads have in common. */
interface Shared {
  /** What queries are projected from, and by which weight. */
  readonly queryInput: Value;
  readonly queryWeight: string;
  /** [tokens, keyValueRank] */
  readonly latent: Value;
  /** The rotated key [batch, length, 1, rotaryDim]. */
  readonly sharedKey: Value;
  readonly rotated: (value: Value, heads: number) => Value;
  /** By first query, for all slices of queries but the first. */
  readonly masks: ReadonlyMap<number, Value>;
}

/**
 * Multi-head latent attention. Keys and values are decompressed for every head: for a window of n tokens that costs
 * n * rank * (plainDim + valueDim) per head once, where attending in the narrow space costs n * n * rank or so more.
 *
 * Heads come in groups, from their projections on, and in each queries attend in slices, as in `groupedAttention`: queries, keys
 * and values of 128 heads never lie in memory together. x: [tokens, hidden].
 */
export function latentAttention(
  layers: GraphLayers,
  config: ModelConfig,
  windows: GraphWindows,
  x: Value,
  positions: PositionInputs,
): Attended {
  const { length } = windows;
  const { heads, valueDim, rotaryDim } = config;
  const { queryRank, keyValueRank } = config.latent!;
  const narrow = (value: Value, norm: string) => layers.rmsNorm(value, `self_attn.${norm}`, LATENT_EPSILON);
  const queryLatent = queryRank === null ? null : narrow(layers.linear(x, "self_attn.q_a_proj"), "q_a_layernorm");
  const compressed = layers.linear(x, "self_attn.kv_a_proj_with_mqa");
  const latent = narrow(layers.slice(compressed, 1, 0, keyValueRank), "kv_a_layernorm");

  const rotate = rotation(layers, positions, { interleaved: 1 });
  const rotated = (value: Value, count: number) =>
    layers.reshape(rotate(layers.reshape(value, -1, length, count * rotaryDim), count), -1, length, count, rotaryDim);
  const shared: Shared = {
    queryInput: queryLatent ?? x,
    queryWeight: queryLatent ? "self_attn.q_b_proj" : "self_attn.q_proj",
    latent,
    sharedKey: rotated(layers.slice(compressed, 1, keyValueRank, keyValueRank + rotaryDim), 1),
    rotated,
    masks: masksOf(layers, length),
  };
  const group = Math.floor(SCORES_AT_A_TIME / (Math.min(length, ATTENTION_SLICE) * length));
  const size = Math.min(heads, Math.max(1, group));
  const outputs: Value[] = [];
  for (let first = 0; first < heads; first += size) {
    outputs.push(attendGroup(layers, config, length, shared, [first, Math.min(first + size, heads)]));
  }
  return {
    mixed: layers.reshape(layers.concat(outputs, 2), -1, heads * valueDim),
    probes: { attention_input: x, kv_latent: latent, ...(queryLatent && { q_latent: queryLatent }) },
  };
}

/** What heads [first, last) give, [batch, length, last - first, valueDim]. */
function attendGroup(
  layers: GraphLayers,
  config: ModelConfig,
  length: number,
  shared: Shared,
  [first, last]: readonly [number, number],
): Value {
  const { headDim, valueDim, attentionScale } = config;
  const { plainDim } = config.latent!;
  const count = last - first;
  /** The group's rows of a weight that gives `width` values a head, as [batch, length, count, width]. */
  const project = (input: Value, name: string, width: number) =>
    layers.reshape(layers.linearRows(input, name, first * width, last * width), -1, length, count, width);
  const part = (value: Value, start: number, end: number) => layers.slice(value, 3, start, end);
  const swapped = (value: Value) => layers.graph.op("Transpose", [value], { perm: [0, 2, 1, 3] });

  const projected = project(shared.queryInput, shared.queryWeight, headDim);
  const turning = shared.rotated(part(projected, plainDim, headDim), count);
  const q = swapped(layers.concat([part(projected, 0, plainDim), turning], 3));
  const decompressed = project(shared.latent, "self_attn.kv_b_proj", plainDim + valueDim);
  const everyHead = layers.graph.op("Expand", [shared.sharedKey, layers.graph.int64(1, 1, count, 1)]);
  const k = swapped(layers.concat([part(decompressed, 0, plainDim), everyHead], 3));
  const v = swapped(part(decompressed, plainDim, plainDim + valueDim));

  const outputs: Value[] = [];
  for (let start = 0; start < length; start += ATTENTION_SLICE) {
    const end = Math.min(start + ATTENTION_SLICE, length);
    const between = (value: Value, from: number) =>
      from > 0 || end < length ? layers.slice(value, 2, from, end) : value;
    const inputs = [between(q, start), between(k, 0), between(v, 0), shared.masks.get(start) ?? null];
    const attributes = { is_causal: start > 0 ? 0 : 1, scale: { float: attentionScale } };
    outputs.push(layers.graph.op("Attention", inputs, attributes));
  }
  return swapped(layers.concat(outputs, 2));
}

function masksOf({ graph }: GraphLayers, length: number): Map<number, Value> {
  const masks = new Map<number, Value>();
  for (let start = ATTENTION_SLICE; start < length; start += ATTENTION_SLICE) {
    const end = Math.min(start + ATTENTION_SLICE, length);
    masks.set(start, graph.float32([end - start, end], causalMask(start, end)));
  }
  return masks;
}
