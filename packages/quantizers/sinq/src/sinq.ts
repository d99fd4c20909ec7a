import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  type Rounding,
  type RoundingName,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { kurtosis } from "./kurtosis.ts";
import { normalizeAndRound } from "./normalize-and-round.ts";
import { type SinqOptions, sinqPresets, sinqRules } from "./sinq-options.ts";

/** Sinkhorn-normalized round to nearest: the paper's method. */
export const sinq = sinqWith("rtn", {
  id: "sinq",
  label: "SINQ",
  formula: "W ~ s * (Q - z) * t, Q = RTN of W / t / u, rows u and columns t of equal deviation",
  source: 'arXiv 2509.22944, equation 2 and Algorithm 1; SINQ 38144fc, method "sinq"',
});

/** SINQ without zero points. */
export const sinqSym = sinqWith("rtn-sym", {
  id: "sinq-sym",
  label: "SINQ (symmetric)",
  formula: "W ~ s * Q * t, Q = symmetric RTN of W / t / u",
  source: 'SINQ 38144fc, method "sinq_noz"',
});

/** SINQ with the NF4 codebook. */
export const sinqNf4 = sinqWith("nf4", {
  id: "sinq-nf4",
  label: "SINQ (NF4)",
  formula: "W ~ s * (NF4[Q] - z) * t, Q = nearest level to W / t / u",
  source: 'SINQ 38144fc, method "sinq_nf4"',
});

/** SINQ with an eight-level NormalFloat codebook. */
export const sinqNf3 = sinqWith("nf3", {
  id: "sinq-nf3",
  label: "SINQ (NF3)",
  formula: "W ~ s * (NF3[Q] - z) * t, Q = nearest level to W / t / u",
  source: 'SINQ 38144fc, method "sinq_nf3"',
});

/** SINQ with zeros found by half-quadratic optimization. */
export const sinqHqq = sinqWith("hqq", {
  id: "sinq-hqq",
  label: "SINQ (HQQ)",
  formula: "W ~ s * (Q - z) * t, Q and z = HQQ of W / t / u",
  source: 'SINQ 38144fc, method "sinq_hqq"',
});

function sinqWith(
  rounding: RoundingName,
  description: Pick<QuantizerInfo, "id" | "label" | "formula" | "source">,
): Quantizer<SinqOptions> {
  const info: QuantizerInfo = { ...description, ...bitsOf(roundings[rounding]), tilings: ["1d", "2d"] };
  const presets = {
    paper: { options: { ...sinqPresets.paper.options, rounding } },
    "algorithm-1": { options: { ...sinqPresets["algorithm-1"].options, rounding } },
    "code-2026-02": { ...sinqPresets["code-2026-02"], options: { ...sinqPresets["code-2026-02"].options, rounding } },
  };
  const defaults: SinqOptions = presets.paper.options;
  return {
    info,
    defaults,
    optionRules: sinqRules,
    presets,
    quantize(weight, config, context, overrides) {
      const options = { ...defaults, ...overrides };
      checkOptions(info.id, sinqRules, options);
      checkConfig({ ...info, ...bitsOf(roundings[options.rounding]) }, config);
      checkWeight(weight);
      const { group } = effectiveGroup(weight.cols, config.groupSize);
      const request = { method: info.id, config, group };
      const limit = options.kurtosisLimit;
      return limit < Number.POSITIVE_INFINITY && kurtosis(weight.data) > limit
        ? roundAndStore(weight, { ...request, rounding: roundings[options.rounding] }, context)
        : normalizeAndRound(weight, { ...request, options }, context);
    },
  };
}

function bitsOf({ bits, bitsNote }: Rounding): Pick<QuantizerInfo, "bits" | "bitsNote"> {
  return bitsNote === undefined ? { bits } : { bits, bitsNote };
}
