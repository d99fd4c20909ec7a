import type { Value } from "@sinqbench/onnx";
import type { Attended, GraphWindows } from "./attention-inputs.ts";
import { GraphLayers } from "./graph-layers.ts";
import { groupedAttention } from "./grouped-attention.ts";
import { latentAttention } from "./latent-attention.ts";
import { denseTensors, expertTensors, hasExperts } from "./model-tensors.ts";
import { expertSites, type ProbeSite, probeSites } from "./probe-sites.ts";
import type { ModelConfig } from "./types.ts";

/** Which windows a block's graph is for, and whether it shows what its linear layers get. */
export interface BlockGraphOptions extends GraphWindows {
  /** Also output what the linear layers get: see `probeSites`. */
  readonly probes?: boolean;
}

/**
 * ONNX graph of block `index`, the same for all blocks of its kind (with experts or without). Inputs: `hidden` [batch, length,
 * hidden], `cos` and `sin` [length, rotaryDim / 2], `last_positions` int32 [batch] (length - 1 each), and the tensors of
 * `denseTensors` under their names within the block; output: `hidden_out`, and with `probes` those of `probeSites`, [tokens,
 * width] each. Arithmetic, float32: the file of transformers that the architecture names.
 *
 * With experts `hidden_out` is residual and shared experts; what the token's own experts give is to be added to it. They take
 * the output `mlp_input` [tokens, hidden], and `router_logits` [tokens, experts] says which they are.
 */
export function blockGraph(config: ModelConfig, index: number, options: BlockGraphOptions): Uint8Array {
  const { length } = options;
  const batch = options.batch === 1 ? 1 : "batch";
  const { hiddenSize, rotaryDim } = config;
  const routed = hasExperts(config, index);
  const tensors = denseTensors(config, index).filter(({ kind, shape }) => kind !== "router" || shape.length === 2);
  const layers = new GraphLayers(`${config.modelType}_block`, config, tensors);
  const { graph } = layers;
  const hidden = graph.input("hidden", "float32", [batch, length, hiddenSize]);
  const positions = {
    cos: graph.input("cos", "float32", [length, rotaryDim / 2]),
    sin: graph.input("sin", "float32", [length, rotaryDim / 2]),
    lastPositions: graph.input("last_positions", "int32", [batch]),
  };

  const residual = layers.reshape(hidden, -1, hiddenSize);
  const x = layers.rmsNorm(residual, "input_layernorm");
  const attention = config.latent ? latentAttention : groupedAttention;
  const { mixed, probes }: Attended = attention(layers, config, options, x, positions);
  const middle = graph.op("Add", [residual, layers.linear(mixed, "self_attn.o_proj")]);
  const y = layers.rmsNorm(middle, "post_attention_layernorm");

  const { product, added } = mlp(layers, config, routed, y);
  const sites = options.probes ? probeSites(config, index) : [];
  outputSites(layers, sites, {
    ...probes,
    o_proj_input: mixed,
    mlp_input: y,
    ...(product && { down_proj_input: product }),
  });
  if (routed) {
    if (!sites.some(({ output }) => output === "mlp_input")) {
      graph.output("mlp_input", y, "float32", ["tokens", hiddenSize]);
    }
    const logits = layers.linear(y, "mlp.gate");
    graph.output("router_logits", logits, "float32", ["tokens", config.experts!.count]);
  }
  const out = added ? graph.op("Add", [middle, added]) : middle;
  graph.output("hidden_out", layers.reshape(out, -1, length, hiddenSize), "float32", [batch, length, hiddenSize]);
  return graph.build();
}

/**
 * ONNX graph of one routed expert, the same for all of a model. Inputs: `x` [tokens, hidden] and the tensors of
 * `expertTensors`; output: `y` [tokens, hidden], and with `probes` the `down_proj_input` [tokens, width].
 */
export function expertGraph(config: ModelConfig, options: { readonly probes?: boolean } = {}): Uint8Array {
  const { hiddenSize } = config;
  const layers = new GraphLayers(`${config.modelType}_expert`, config, expertTensors(config, 0, 0));
  const x = layers.graph.input("x", "float32", ["tokens", hiddenSize]);
  const product = layers.gated(x, "");
  const sites = options.probes ? expertSites(config).filter(({ output }) => output === "down_proj_input") : [];
  outputSites(layers, sites, { down_proj_input: product });
  layers.graph.output("y", layers.linear(product, "down_proj"), "float32", ["tokens", hiddenSize]);
  return layers.graph.build();
}

/** The MLP of a block, or its shared experts: what is added to the residual, and the input of the down projection. */
function mlp(layers: GraphLayers, config: ModelConfig, routed: boolean, y: Value) {
  if (routed && config.experts!.sharedSize === 0) return { product: null, added: null };
  const prefix = routed ? "mlp.shared_experts." : "mlp.";
  const fusedWidth = config.fusedProjections ? config.intermediateSize : undefined;
  const product = layers.gated(y, prefix, fusedWidth);
  return { product, added: layers.linear(product, `${prefix}down_proj`) };
}

function outputSites(layers: GraphLayers, sites: readonly ProbeSite[], values: Readonly<Record<string, Value>>): void {
  for (const { output, width } of sites) layers.graph.output(output, values[output]!, "float32", ["tokens", width]);
}
