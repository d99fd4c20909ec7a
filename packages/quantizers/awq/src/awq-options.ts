import { type OptionRules, optionRule } from "@sinqbench/quantizer";

/** Settings of AWQ. */
export interface AwqOptions {
  /** Candidates divide by the size of the weights too (`duo_scaling`). */
  readonly duoScaling: boolean;
  /** Search the largest magnitude of every group that is kept (`apply_clip`). */
  readonly clip: boolean;
}

/** AutoAWQ's. */
export const awqDefaults: AwqOptions = { duoScaling: true, clip: true };

export const awqRules: OptionRules<AwqOptions> = { duoScaling: optionRule.flag, clip: optionRule.flag };
