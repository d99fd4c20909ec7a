export { evaluate } from "./evaluate.ts";
export { pairedDelta, perplexity } from "./statistics.ts";
export type { EvaluateOptions, Progress, Variant, VariantResult, WindowSet } from "./types.ts";
