import {
  checkConfig,
  checkOptions,
  checkWeight,
  flatGroup,
  type OptionRules,
  optionRule,
  type Quantizer,
  type QuantizerInfo,
  roundAndStoreFlat,
  roundings,
} from "@sinqbench/quantizer";
import { publishedSolver, type SolverOptions, solverRules } from "./solver-options.ts";

/** Settings of `hqq` beyond the common ones. */
export interface HqqOptions extends SolverOptions {
  /** When the solver starts from a whole zero point; the library rounds it for 4 bits alone. */
  readonly roundZero: "always" | "4-bit" | "never";
}

const info: QuantizerInfo = {
  id: "hqq",
  label: "HQQ",
  formula: "W ~ s * (Q - z), s = (max - min) / (2^b - 1), z by a proximal solver of min |W - W'|_0.7",
  source: "HQQ library (mobiusml/hqq), Quantizer.quantize with axis = 1; Badri and Shaji, 2023",
  bits: roundings.hqq.bits,
  tilings: ["1d", "2d"],
  grouping: "flat",
};

const defaults: HqqOptions = { ...publishedSolver, roundZero: "4-bit" };

const rules: OptionRules<HqqOptions> = { ...solverRules, roundZero: optionRule.oneOf(["always", "4-bit", "never"]) };

/**
 * Half-quadratic quantization as its library computes it in float32: groups of the flattened matrix, all of which step together
 * until the mean error of the whole matrix does not fall. Both tilings have the same groups.
 */
export const hqq: Quantizer<HqqOptions> = {
  info,
  defaults,
  optionRules: rules,
  quantize(weight, config, context, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, rules, options);
    const { roundZero: when, ...solver } = options;
    checkConfig(info, config);
    checkWeight(weight);
    const group = flatGroup(weight, config.groupSize);
    const roundZero = when === "always" || (when === "4-bit" && config.bits === 4);
    const rounding = { ...roundings.hqq, solver: { ...solver, roundZero, keep: "last" } } as const;
    return roundAndStoreFlat(weight, { method: info.id, config, group, rounding }, context);
  },
};
