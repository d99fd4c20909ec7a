import type { SeededRandom } from "@sinqbench/tensor";

/** How the next token is drawn. */
export interface SamplingOptions {
  /** 0: always the likeliest token; below 1 sharper, above 1 flatter than the model's own distribution. */
  readonly temperature: number;
  /** Draws among the fewest likeliest tokens whose probabilities reach this sum (nucleus sampling, arXiv 1904.09751). */
  readonly topP: number;
  /** Draws are as repeatable as their generator. */
  readonly random: SeededRandom;
}

/** The index of the next token by its logits; of equal ones the first counts as likelier. */
export function chooseToken(logits: Float32Array, { temperature, topP, random }: SamplingOptions): number {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (temperature === 0) return order[0]!;
  const top = logits[order[0]!]!;
  const weights = order.map((token) => Math.exp((logits[token]! - top) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = 0;
  let size = 0;
  while (size < order.length && (size === 0 || kept < topP * total)) kept += weights[size++]!;
  let left = random.uniform() * kept;
  for (let i = 0; i < size - 1; i++) {
    left -= weights[i]!;
    if (left < 0) return order[i]!;
  }
  return order[size - 1]!;
}
