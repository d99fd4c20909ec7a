export type { AttentionPath } from "./attention-inputs.ts";
export { type BlockGraphOptions, blockGraph, expertGraph } from "./block-graph.ts";
export { blockFlops, blocksFlops, denseFlops, expertFlops, headFlops } from "./flops.ts";
export { headGraph } from "./head-graph.ts";
export {
  blockPrefix,
  blockTensors,
  denseTensors,
  expertCount,
  expertTensors,
  hasExperts,
  linearTensorNames,
  modelTensors,
  nameInBlock,
  outerTensors,
} from "./model-tensors.ts";
export { expertSites, type ProbeOutput, type ProbeSite, probeSites } from "./probe-sites.ts";
export { architectures, parseModelConfig, readModelConfig } from "./read-model-config.ts";
export type { RopeConfig } from "./rope.ts";
export { ropeTables } from "./rope-tables.ts";
export { type Routing, routeTokens } from "./routing.ts";
export { scaledSource, scalesOf } from "./scaled-source.ts";
export type {
  Architecture,
  BlockTensor,
  ExpertsConfig,
  LatentAttention,
  ModelConfig,
  ModelTensor,
  RoutingConfig,
  TensorKind,
} from "./types.ts";
