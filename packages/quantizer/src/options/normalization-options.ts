import type { SinkhornOptions } from "@sinqbench/kernels";
import { type OptionRules, optionRule } from "./option-rules.ts";

/** Settings of the Sinkhorn-style normalization: steps, bounds of one step's factor, and whether the first worse step ends it. */
export type NormalizationOptions = Pick<SinkhornOptions, "iterations" | "stepMin" | "stepMax" | "earlyStop">;

/** What values the normalization's settings take. */
export const normalizationRules: OptionRules<NormalizationOptions> = {
  iterations: optionRule.whole(1),
  stepMin: optionRule.number(1e-6, 1, "a factor"),
  stepMax: optionRule.number(1, 1e6, "a factor"),
  earlyStop: optionRule.flag,
};
