import type { BlockTensor, ModelConfig, ModelTensor } from "./types.ts";

/** Tensors of block `index`, in the order the graph takes them. A linear weight is [out, in]. */
export function blockTensors(config: ModelConfig, index: number): BlockTensor[] {
  const { hiddenSize: hidden, headDim, intermediateSize } = config;
  const queries = config.heads * headDim;
  const keys = config.keyValueHeads * headDim;
  const list: Omit<BlockTensor, "name">[] = [{ input: "input_layernorm.weight", shape: [hidden], kind: "norm" }];
  const linear = (input: string, outputs: number, inputs: number, bias: boolean) => {
    list.push({ input: `${input}.weight`, shape: [outputs, inputs], kind: "linear" });
    if (bias) list.push({ input: `${input}.bias`, shape: [outputs], kind: "bias" });
  };
  linear("self_attn.q_proj", queries, hidden, config.attentionBias);
  linear("self_attn.k_proj", keys, hidden, config.attentionBias);
  linear("self_attn.v_proj", keys, hidden, config.attentionBias);
  linear("self_attn.o_proj", hidden, queries, config.attentionBias);
  if (config.queryKeyNorm) {
    list.push({ input: "self_attn.q_norm.weight", shape: [headDim], kind: "norm" });
    list.push({ input: "self_attn.k_norm.weight", shape: [headDim], kind: "norm" });
  }
  list.push({ input: "post_attention_layernorm.weight", shape: [hidden], kind: "norm" });
  linear("mlp.gate_proj", intermediateSize, hidden, config.mlpBias);
  linear("mlp.up_proj", intermediateSize, hidden, config.mlpBias);
  linear("mlp.down_proj", hidden, intermediateSize, config.mlpBias);
  return list.map((tensor) => ({ ...tensor, name: `model.layers.${index}.${tensor.input}` }));
}

/** The three tensors outside the blocks. `head` is the embedding itself where the model ties them. */
export function outerTensors(config: ModelConfig): { embedding: ModelTensor; norm: ModelTensor; head: ModelTensor } {
  const shape = [config.vocabSize, config.hiddenSize];
  const embedding: ModelTensor = { name: "model.embed_tokens.weight", shape, kind: "embedding" };
  return {
    embedding,
    norm: { name: "model.norm.weight", shape: [config.hiddenSize], kind: "norm" },
    head: config.tiedEmbeddings ? embedding : { name: "lm_head.weight", shape, kind: "head" },
  };
}

/** Every tensor of a checkpoint, each once. */
export function modelTensors(config: ModelConfig): ModelTensor[] {
  const { embedding, norm, head } = outerTensors(config);
  const blocks = Array.from({ length: config.layers }, (_, index) => blockTensors(config, index)).flat();
  return [embedding, ...blocks, norm, ...(config.tiedEmbeddings ? [] : [head])];
}

/** Names of the weights that a quantizer gets: the linear layers of the blocks. */
export function linearTensorNames(config: ModelConfig): string[] {
  return modelTensors(config)
    .filter((tensor) => tensor.kind === "linear")
    .map((tensor) => tensor.name);
}
