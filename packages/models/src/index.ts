export { ATTENTION_SLICE, type AttentionPath, type BlockGraphOptions, blockGraph } from "./block-graph.ts";
export { blockFlops, headFlops } from "./flops.ts";
export { headGraph } from "./head-graph.ts";
export { blockTensors, linearTensorNames, modelTensors, outerTensors } from "./model-tensors.ts";
export { type ProbeOutput, type ProbeSite, probeSites } from "./probe-sites.ts";
export { architectures, parseModelConfig, readModelConfig } from "./read-model-config.ts";
export { type RopeConfig, ropeTables } from "./rope.ts";
export type { Architecture, BlockTensor, ModelConfig, ModelTensor, TensorKind } from "./types.ts";
