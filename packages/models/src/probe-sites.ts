import { hasExperts } from "./model-tensors.ts";
import type { ModelConfig } from "./types.ts";

/** Name of a graph output that shows what linear layers get. */
export type ProbeOutput =
  | "attention_input"
  | "q_latent"
  | "kv_latent"
  | "o_proj_input"
  | "mlp_input"
  | "down_proj_input";

/** A place in a block whose values are the input of linear layers. */
export interface ProbeSite {
  /** Output of a graph with `probes`. */
  readonly output: ProbeOutput;
  /** Columns of the weights that take it. */
  readonly width: number;
  /** Graph inputs of those weights. */
  readonly weights: readonly string[];
}

/** Where the linear layers of a block's dense part, and its router, get their inputs: every one at one of the sites. */
export function probeSites(config: ModelConfig, index: number): ProbeSite[] {
  const { hiddenSize, heads, valueDim, intermediateSize, experts, fusedProjections } = config;
  const routed = hasExperts(config, index);
  const prefix = routed ? "mlp.shared_experts." : "mlp.";
  const width = routed ? experts!.sharedSize : intermediateSize;
  const gated = width > 0 ? weights(prefix, ...(fusedProjections ? ["gate_up"] : GATED)) : [];
  return [
    ...attentionInputs(config),
    { output: "o_proj_input", width: heads * valueDim, weights: weights("self_attn.", "o") },
    { output: "mlp_input", width: hiddenSize, weights: [...(routed ? ["mlp.gate.weight"] : []), ...gated] },
    ...(width > 0 ? [{ output: "down_proj_input", width, weights: weights(prefix, "down") } as const] : []),
  ];
}

/** Where the linear layers of a routed expert get theirs. */
export function expertSites({ hiddenSize, experts }: ModelConfig): ProbeSite[] {
  return [
    { output: "mlp_input", width: hiddenSize, weights: weights("", ...GATED) },
    { output: "down_proj_input", width: experts!.intermediateSize, weights: weights("", "down") },
  ];
}

function attentionInputs({ hiddenSize, latent, fusedProjections }: ModelConfig): ProbeSite[] {
  const fromHidden = (...names: string[]): ProbeSite => ({
    output: "attention_input",
    width: hiddenSize,
    weights: names.map((name) => `self_attn.${name}.weight`),
  });
  if (!latent) return [fromHidden(...(fusedProjections ? ["qkv_proj"] : ["q_proj", "k_proj", "v_proj"]))];
  const { queryRank, keyValueRank } = latent;
  return [
    fromHidden(queryRank === null ? "q_proj" : "q_a_proj", "kv_a_proj_with_mqa"),
    ...(queryRank === null
      ? []
      : [{ output: "q_latent", width: queryRank, weights: weights("self_attn.", "q_b") } as const]),
    { output: "kv_latent", width: keyValueRank, weights: weights("self_attn.", "kv_b") },
  ];
}

const GATED = ["gate", "up"];

function weights(prefix: string, ...names: string[]): string[] {
  return names.map((name) => `${prefix}${name}_proj.weight`);
}
