import type { ExpertsConfig } from "./types.ts";

/** Which experts each token takes, and how much of each: token t's are at [t * perToken, (t + 1) * perToken). */
export interface Routing {
  readonly experts: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Chooses the experts of every token. Scores are those of float32 arithmetic; of equal scores the expert of the lower index
 * wins. Sources: the routers of transformers' qwen3_moe, deepseek_v2 and deepseek_v3.
 *
 * @param logits float32 [tokens, count], what the router's matrix gives
 * @param correction float32 [count], for routings with `correction`
 */
export function routeTokens(config: ExpertsConfig, logits: Float32Array, correction?: Float32Array): Routing {
  const { count, routing } = config;
  const { perToken } = routing;
  const tokens = logits.length / count;
  const experts = new Int32Array(tokens * perToken);
  const weights = new Float32Array(tokens * perToken);
  const scores = new Float32Array(count);
  const choice = new Float32Array(count);
  for (let token = 0; token < tokens; token++) {
    score(routing.scores, logits.subarray(token * count, (token + 1) * count), scores);
    for (let e = 0; e < count; e++) choice[e] = scores[e]! + (correction?.[e] ?? 0);
    if (routing.groups) excludeGroups(choice, routing.groups);
    const at = token * perToken;
    best(choice, experts.subarray(at, at + perToken));
    weigh(routing, scores, experts.subarray(at, at + perToken), weights.subarray(at, at + perToken));
  }
  return { experts, weights };
}

function score(kind: "softmax" | "sigmoid", logits: Float32Array, out: Float32Array): void {
  if (kind === "sigmoid") {
    for (let e = 0; e < out.length; e++) out[e] = 1 / (1 + Math.exp(-logits[e]!));
    return;
  }
  let highest = -Infinity;
  for (const logit of logits) highest = Math.max(highest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  for (let e = 0; e < out.length; e++) out[e] = Math.exp(logits[e]! - highest) / sum;
}

/** Leaves -infinity for the experts of all groups but the best. */
function excludeGroups(
  choice: Float32Array,
  { count, chosen, best: top }: { readonly count: number; readonly chosen: number; readonly best: 1 | 2 },
): void {
  const size = choice.length / count;
  const ranks = Float32Array.from({ length: count }, (_, group) => {
    const [first, second] = topTwo(choice.subarray(group * size, (group + 1) * size));
    return top === 1 ? first : first + second;
  });
  const kept = new Int32Array(chosen);
  best(ranks, kept);
  for (let group = 0; group < count; group++) {
    if (!kept.includes(group)) choice.fill(-Infinity, group * size, (group + 1) * size);
  }
}

function topTwo(values: Float32Array): [number, number] {
  let [first, second] = [-Infinity, -Infinity];
  for (const value of values) {
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  return [first, second];
}

/** Indices of the highest values, highest first, the lower index first among equals. */
function best(values: Float32Array, out: Int32Array): void {
  for (let rank = 0; rank < out.length; rank++) {
    let index = -1;
    for (let i = 0; i < values.length; i++) {
      if (index >= 0 && !(values[i]! > values[index]!)) continue;
      if (!out.subarray(0, rank).includes(i)) index = i;
    }
    out[rank] = index;
  }
}

function weigh(
  { normalize, scale }: ExpertsConfig["routing"],
  scores: Float32Array,
  experts: Int32Array,
  out: Float32Array,
): void {
  let sum = 0;
  for (const [i, expert] of experts.entries()) {
    out[i] = scores[expert]!;
    sum += out[i]!;
  }
  // The routers' own guard against a sum of nothing; it is below what float32 adds to any sum of scores.
  const divisor = normalize ? sum + 1e-20 : 1;
  for (let i = 0; i < out.length; i++) out[i] = (out[i]! / divisor) * scale;
}
