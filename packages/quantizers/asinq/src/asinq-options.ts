import {
  type ColumnScaleOptions,
  columnScaleRules,
  type NormalizationOptions,
  normalizationRules,
  type OptionRules,
  type Preset,
} from "@sinqbench/quantizer";

/** Settings of A-SINQ beyond the common ones: those of SINQ's normalization, and those of the search. */
export interface AsinqOptions extends NormalizationOptions, ColumnScaleOptions {}

export const asinqRules: OptionRules<AsinqOptions> = { ...normalizationRules, ...columnScaleRules };

const published: AsinqOptions = {
  iterations: 16,
  stepMin: 0.7,
  stepMax: 2,
  earlyStop: true,
  weightTerm: true,
  norm: "l1",
};

/** Named settings of A-SINQ. */
export const asinqPresets = {
  /** The published code at 38144fc, which made the paper's results; the default. */
  paper: { options: published },
  /** The paper as it prints it: Algorithm 1 without early stop, and equation 6. */
  "equation-6": { options: { ...published, earlyStop: false, weightTerm: false } },
} as const satisfies Readonly<Record<string, Preset<AsinqOptions>>>;
