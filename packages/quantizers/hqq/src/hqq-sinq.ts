import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type OptionRules,
  optionRule,
  type Quantizer,
  type QuantizerInfo,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { normalizeAndBack } from "./normalize-and-back.ts";
import { publishedSolver, type SolverOptions, solverRules } from "./solver-options.ts";

/** Settings of `hqq-sinq` beyond the common ones. */
export interface HqqSinqOptions extends SolverOptions {
  /** Normalize and undo it before rounding, as the published code does: it moves a weight by its last bits. */
  readonly thereAndBack: boolean;
}

const info: QuantizerInfo = {
  id: "hqq-sinq",
  label: "HQQ (SINQ's code)",
  formula: "W ~ s * (Q - z), s = (max - min) / (2^b - 1), z the best of 20 steps of HQQ's solver",
  source: 'SINQ 38144fc, method "hqq"',
  bits: roundings.hqq.bits,
  tilings: ["1d", "2d"],
};

/** The normalization of SINQ's code, whichever method it is asked for. */
const sinkhorn = { iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: true };

const defaults: HqqSinqOptions = { ...publishedSolver, thereAndBack: true };

const rules: OptionRules<HqqSinqOptions> = { ...solverRules, thereAndBack: optionRule.flag };

/**
 * HQQ as the branch of the published SINQ code computes it: groups of a row, zero points never rounded, all 20 steps taken, the
 * zeros of each tile's best step with the codes of the last.
 */
export const hqqSinq: Quantizer<HqqSinqOptions> = {
  info,
  defaults,
  optionRules: rules,
  quantize(weight, config, context, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, rules, options);
    const { thereAndBack, ...solver } = options;
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const tile = { tileRows: config.tiling === "1d" ? weight.rows : group, tileCols: group };
    const given = thereAndBack ? normalizeAndBack(weight, { ...sinkhorn, ...tile }, context.kernels) : weight;
    const rounding = { ...roundings.hqq, solver: { ...solver, roundZero: false, keep: "best" } } as const;
    return roundAndStore(given, { method: info.id, config, group, rounding }, context);
  },
};
