import { unknownBlockTensor, unknownRows } from "../messages.ts";
import type { BlockTensorView, BlockView } from "./block-step.ts";

/** A place in a block where a scale can move: what is divided out of the columns of some weights goes into what feeds them. */
export interface ScaleLink {
  /** A norm, or the linear layer whose outputs (the last, if there are more) the weights take; scaled by rows. */
  readonly source: BlockTensorView;
  /** Values that are added to what the source gives, scaled with it. */
  readonly bias?: BlockTensorView;
  /** Weights that the quantizer gets. */
  readonly weights: readonly BlockTensorView[];
  /** Weights that take the same inputs and stay as they are but for the scale: the router of a mixture of experts. */
  readonly others: readonly BlockTensorView[];
}

const NORMS: Readonly<Record<string, RegExp>> = {
  "input_layernorm.weight": /^self_attn\.(q_proj|k_proj|v_proj|qkv_proj|q_a_proj|kv_a_proj_with_mqa)\.weight$/,
  "self_attn.q_a_layernorm.weight": /^self_attn\.q_b_proj\.weight$/,
  "self_attn.kv_a_layernorm.weight": /^self_attn\.kv_b_proj\.weight$/,
  "post_attention_layernorm.weight":
    /^mlp\.(gate|(experts\.\d+\.|shared_experts\.)?(gate_proj|up_proj|gate_up_proj))\.weight$/,
};
const VALUES = "self_attn.v_proj.weight";
const OUTPUT = "self_attn.o_proj.weight";
/** gate_up_proj holds the rows of up_proj last. */
const UP = /\.(gate_)?up_proj\.weight$/;

/**
 * The places of a block where scales can move, by the names of Hugging Face checkpoints (Llama, Phi-3, Qwen3, DeepSeek):
 * each norm into the weights behind it, each up_proj into its down_proj, and v_proj into o_proj where heads are not shared.
 *
 * A routed expert alone, without the norm before it, is such a block too: only its up_proj and down_proj are linked then.
 *
 * @throws BenchError `unknown-block` for a weight whose inputs it does not know: moving a scale past it would change the model
 */
export function scaleLinks({ tensors }: BlockView): ScaleLink[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const links: ScaleLink[] = [];
  const known = new Set([OUTPUT]);
  const link = (source: BlockTensorView, takers: readonly BlockTensorView[]) => {
    if (takers.length === 0) return;
    for (const { name } of takers) known.add(name);
    const bias = byName.get(source.name.replace(/weight$/, "bias"));
    links.push({
      source,
      ...(bias && { bias }),
      weights: takers.filter(({ quantized }) => quantized),
      others: takers.filter(({ quantized }) => !quantized),
    });
  };
  for (const [name, takers] of Object.entries(NORMS)) {
    const norm = byName.get(name);
    const behind = tensors.filter((tensor) => takers.test(tensor.name));
    if (norm) link(norm, behind);
    for (const tensor of behind) known.add(tensor.name);
  }
  for (const source of tensors) {
    const taker = byName.get(source.name.replace(UP, ".down_proj.weight"));
    if (UP.test(source.name) && taker) link(source, [taker]);
  }
  const [values, output] = [byName.get(VALUES), byName.get(OUTPUT)];
  if (values && output && values.shape[0] === output.shape[1]) link(values, [output]);
  for (const { name, shape } of tensors) if (shape.length > 1 && !known.has(name)) throw unknownBlockTensor(name);
  for (const { source, weights } of links) {
    const [outputs] = source.shape;
    const width = source.name.endsWith("gate_up_proj.weight") ? outputs / 2 : outputs;
    for (const { name, shape } of weights) if (shape[1] !== width) throw unknownRows(source.name, name);
  }
  return links;
}

/** Whether a link leads from v_proj to o_proj. */
export function isValueLink({ source }: ScaleLink): boolean {
  return source.name === VALUES;
}
