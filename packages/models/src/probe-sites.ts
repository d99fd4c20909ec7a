import type { ModelConfig } from "./types.ts";

export type ProbeOutput = "attention_input" | "o_proj_input" | "mlp_input" | "down_proj_input";

/** A place in a block whose values are the input of linear layers. */
export interface ProbeSite {
  /** Output of a block graph with `probes`. */
  readonly output: ProbeOutput;
  /** Columns of the weights that take it. */
  readonly width: number;
  /** Graph inputs of those weights. */
  readonly weights: readonly string[];
}

/** Where the linear layers of a block get their inputs: every one at one of the sites. */
export function probeSites({ hiddenSize, heads, headDim, intermediateSize }: ModelConfig): ProbeSite[] {
  const weights = (prefix: string, ...names: string[]) => names.map((name) => `${prefix}.${name}_proj.weight`);
  return [
    { output: "attention_input", width: hiddenSize, weights: weights("self_attn", "q", "k", "v") },
    { output: "o_proj_input", width: heads * headDim, weights: weights("self_attn", "o") },
    { output: "mlp_input", width: hiddenSize, weights: weights("mlp", "gate", "up") },
    { output: "down_proj_input", width: intermediateSize, weights: weights("mlp", "down") },
  ];
}
