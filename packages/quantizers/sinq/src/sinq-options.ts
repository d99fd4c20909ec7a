import {
  type NormalizationOptions,
  normalizationRules,
  type OptionRules,
  optionRule,
  type Preset,
  type RoundingName,
  roundings,
} from "@sinqbench/quantizer";

/** Settings of SINQ beyond the common ones. */
export interface SinqOptions extends NormalizationOptions {
  /** How the normalized matrix is rounded. */
  readonly rounding: RoundingName;
  /** A matrix of larger kurtosis is rounded as it is, without a second scale; Infinity: none is. */
  readonly kurtosisLimit: number;
}

export const sinqRules: OptionRules<SinqOptions> = {
  ...normalizationRules,
  rounding: optionRule.oneOf(Object.keys(roundings)),
  kurtosisLimit: optionRule.number(1, Number.POSITIVE_INFINITY),
};

const published: SinqOptions = {
  iterations: 16,
  stepMin: 0.7,
  stepMax: 2,
  earlyStop: true,
  rounding: "rtn",
  kurtosisLimit: Number.POSITIVE_INFINITY,
};

/** Named settings of SINQ. */
export const sinqPresets = {
  /** The published code at 38144fc, the commit that matches the paper; the default. */
  paper: { options: published },
  /** Algorithm 1 as the paper prints it: all iterations, the best one kept. */
  "algorithm-1": { options: { ...published, earlyStop: false } },
  /** What the published code does under the name "sinq" since February 2026, after the paper's version 4. */
  "code-2026-02": { options: { ...published, kurtosisLimit: 5 }, aux: "u8" },
} as const satisfies Readonly<Record<string, Preset<SinqOptions>>>;
