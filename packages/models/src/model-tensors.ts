import type { BlockTensor, ModelConfig, ModelTensor } from "./types.ts";

type Shaped = Omit<BlockTensor, "name">;

/** What the names of a block's tensors start with: "model.layers.3.". */
export function blockPrefix(index: number): string {
  return `model.layers.${index}.`;
}

/** "self_attn.q_proj.weight" of "model.layers.3.self_attn.q_proj.weight". */
export function nameInBlock(name: string, index: number): string {
  return name.slice(blockPrefix(index).length);
}

/** Whether a block routes its tokens to experts. */
export function hasExperts(config: ModelConfig, index: number): boolean {
  return config.experts?.blocks[index] ?? false;
}

/** Number of routed experts of block `index`; 0 where it has one MLP. */
export function expertCount(config: ModelConfig, index: number): number {
  return hasExperts(config, index) ? config.experts!.count : 0;
}

/**
 * Tensors of block `index` without its routed experts, in the order the graph takes them: attention, norms and the MLP, or the
 * router and the shared experts. A linear weight is [out, in].
 */
export function denseTensors(config: ModelConfig, index: number): BlockTensor[] {
  const { hiddenSize: hidden } = config;
  const list = [
    norm("input_layernorm", hidden),
    ...attentionTensors(config),
    norm("post_attention_layernorm", hidden),
    ...(hasExperts(config, index) ? routedTensors(config) : mlpTensors(config)),
  ];
  return list.map((tensor) => ({ ...tensor, name: blockPrefix(index) + tensor.input }));
}

/** The three matrices of one routed expert; their graph inputs are the same for all of them. */
export function expertTensors({ hiddenSize, experts }: ModelConfig, index: number, expert: number): BlockTensor[] {
  return gatedMlp("", hiddenSize, experts!.intermediateSize).map((tensor) => ({
    ...tensor,
    name: `${blockPrefix(index)}mlp.experts.${expert}.${tensor.input}`,
    expert,
  }));
}

/** All tensors of block `index`: the dense ones, then those of its experts. */
export function blockTensors(config: ModelConfig, index: number): BlockTensor[] {
  const experts = Array.from({ length: expertCount(config, index) }, (_, e) => expertTensors(config, index, e));
  return [...denseTensors(config, index), ...experts.flat()];
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

function attentionTensors(config: ModelConfig): Shaped[] {
  const { hiddenSize: hidden, heads, keyValueHeads, headDim, attentionBias: bias } = config;
  if (config.latent) return latentTensors(config);
  const [queries, keys] = [heads * headDim, keyValueHeads * headDim];
  const projections: [name: string, outputs: number][] = config.fusedProjections
    ? [["qkv_proj", queries + 2 * keys]]
    : [
        ["q_proj", queries],
        ["k_proj", keys],
        ["v_proj", keys],
      ];
  return [
    ...projections.flatMap(([name, outputs]) => linear(`self_attn.${name}`, outputs, hidden, bias)),
    ...linear("self_attn.o_proj", hidden, queries, bias),
    ...(config.queryKeyNorm ? [norm("self_attn.q_norm", headDim), norm("self_attn.k_norm", headDim)] : []),
  ];
}

function latentTensors(config: ModelConfig): Shaped[] {
  const { hiddenSize: hidden, heads, headDim, valueDim, rotaryDim, attentionBias: bias } = config;
  const { queryRank, keyValueRank, plainDim } = config.latent!;
  const queries = heads * headDim;
  return [
    ...(queryRank === null
      ? linear("self_attn.q_proj", queries, hidden)
      : [
          ...linear("self_attn.q_a_proj", queryRank, hidden, bias),
          norm("self_attn.q_a_layernorm", queryRank),
          ...linear("self_attn.q_b_proj", queries, queryRank),
        ]),
    ...linear("self_attn.kv_a_proj_with_mqa", keyValueRank + rotaryDim, hidden, bias),
    norm("self_attn.kv_a_layernorm", keyValueRank),
    ...linear("self_attn.kv_b_proj", heads * (plainDim + valueDim), keyValueRank),
    ...linear("self_attn.o_proj", hidden, heads * valueDim, bias),
  ];
}

function mlpTensors({ hiddenSize: hidden, intermediateSize: inner, mlpBias, fusedProjections }: ModelConfig): Shaped[] {
  if (!fusedProjections) return gatedMlp("mlp.", hidden, inner, mlpBias);
  return [
    ...linear("mlp.gate_up_proj", 2 * inner, hidden, mlpBias),
    ...linear("mlp.down_proj", hidden, inner, mlpBias),
  ];
}

function routedTensors({ hiddenSize: hidden, experts }: ModelConfig): Shaped[] {
  const { count, sharedSize, routing } = experts!;
  return [
    { input: "mlp.gate.weight", shape: [count, hidden], kind: "router" },
    ...(routing.correction
      ? [{ input: "mlp.gate.e_score_correction_bias", shape: [count], kind: "router" } as const]
      : []),
    ...(sharedSize > 0 ? gatedMlp("mlp.shared_experts.", hidden, sharedSize) : []),
  ];
}

function gatedMlp(prefix: string, hidden: number, inner: number, bias = false): Shaped[] {
  return [
    ...linear(`${prefix}gate_proj`, inner, hidden, bias),
    ...linear(`${prefix}up_proj`, inner, hidden, bias),
    ...linear(`${prefix}down_proj`, hidden, inner, bias),
  ];
}

function linear(input: string, outputs: number, inputs: number, bias = false): Shaped[] {
  const weight: Shaped = { input: `${input}.weight`, shape: [outputs, inputs], kind: "linear" };
  return bias ? [weight, { input: `${input}.bias`, shape: [outputs], kind: "bias" }] : [weight];
}

function norm(input: string, width: number): Shaped {
  return { input: `${input}.weight`, shape: [width], kind: "norm" };
}
