export {
  type BenchEvaluateOptions,
  type BenchEvaluateResult,
  benchEvaluate,
  peakResidentBytes,
} from "./bench-evaluate.ts";
export { describeRuntime } from "./describe-runtime.ts";
export { checkDevice, type Device, devices } from "./device.ts";
export { evaluate } from "./evaluate.ts";
export { measureGemmRate } from "./gemm-rate.ts";
export { chooseToken, type SamplingOptions } from "./generate/choose-token.ts";
export { type GenerateOptions, generate } from "./generate/generate.ts";
export { numerics } from "./numerics.ts";
export { openWeights } from "./open-weights.ts";
export type { ExpertOrders } from "./plan/expert-order.ts";
export { type EvaluationPlan, type PlanRequest, planEvaluation } from "./plan/plan-evaluation.ts";
export { pairedDelta, perplexity } from "./statistics.ts";
export type { EncodedPart, EvaluateOptions, Progress, Variant, VariantResult, WindowSet } from "./types.ts";
