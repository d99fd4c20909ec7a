export {
  type BenchEvaluateOptions,
  type BenchEvaluateResult,
  benchEvaluate,
  peakResidentBytes,
} from "./bench-evaluate.ts";
export { describeRuntime } from "./describe-runtime.ts";
export { evaluate } from "./evaluate.ts";
export { openWeights } from "./open-weights.ts";
export { pairedDelta, perplexity } from "./statistics.ts";
export type { EvaluateOptions, Progress, Variant, VariantResult, WindowSet } from "./types.ts";
