import { GraphBuilder } from "@sinqbench/onnx";
import type { ModelConfig } from "./types.ts";

/**
 * ONNX graph of final norm, a slice of lm_head and what the loss needs of its logits. Inputs: `hidden` [tokens,
 * hidden], `norm` [hidden], `head` [rows, hidden] (consecutive rows of lm_head), `column` int64 [tokens, 1] (the target's
 * row within the slice, or any row of it). Outputs [tokens, 1]: `logit` at that column, and `log_share` = logit - log sum
 * exp over the slice. Their difference is the slice's log-sum-exp, so logits never leave the runtime, and LogSoftmax is
 * the one pass over them (Max, Sub, Exp and Sum as separate operators cost four).
 */
export function headGraph(config: ModelConfig): Uint8Array {
  const graph = new GraphBuilder(`${config.modelType}_head`);
  const hidden = graph.input("hidden", "float32", ["tokens", config.hiddenSize]);
  const norm = graph.input("norm", "float32", [config.hiddenSize]);
  const head = graph.input("head", "float32", ["rows", config.hiddenSize]);
  const column = graph.input("column", "int64", ["tokens", 1]);
  const x = graph.op("SimplifiedLayerNormalization", [hidden, norm], {
    axis: -1,
    epsilon: { float: config.normEpsilon },
  });
  const logits = graph.op("Gemm", [x, head], { transB: 1 });
  const logShares = graph.op("LogSoftmax", [logits], { axis: -1 });
  graph.output("logit", graph.op("GatherElements", [logits, column], { axis: 1 }), "float32", ["tokens", 1]);
  graph.output("log_share", graph.op("GatherElements", [logShares, column], { axis: 1 }), "float32", ["tokens", 1]);
  return graph.build();
}
