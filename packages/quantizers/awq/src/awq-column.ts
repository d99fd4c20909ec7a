import {
  type ColumnScaleOptions,
  checkConfig,
  checkOptions,
  checkWeight,
  columnScaleRules,
  type Encoded,
  effectiveGroup,
  type QuantizeConfig,
  type QuantizeContext,
  type Quantizer,
  type QuantizerInfo,
  requiredStatistics,
  roundAndStore,
  roundings,
  searchColumnScale,
} from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";

/** Settings of `awq-column` are those of the search. */
export type AwqColumnOptions = ColumnScaleOptions;

const info: QuantizerInfo = {
  id: "awq-column",
  label: "AWQ (per matrix)",
  formula: "W ~ s * (Q - z) / a, Q = RTN of W * a, a from mean |x| and mean |w| by the smallest output error",
  source: "the baseline in SINQ 38144fc; after arXiv 2306.00978",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

const defaults: AwqColumnOptions = { weightTerm: true, norm: "l2" };

/**
 * AWQ on one matrix at a time, as the published SINQ code compares with: a scale for every column, searched, then round to
 * nearest. Groups belong to rows, so both tilings give the same codes.
 */
export const awqColumn: Quantizer<AwqColumnOptions> = {
  info,
  defaults,
  optionRules: columnScaleRules,
  needs: { meanAbs: true, rows: 512, prefix: "original" },
  quantize(weight, config, context, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, columnScaleRules, options);
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const { meanAbs, rows } = requiredStatistics(info.id, weight.cols, context, ["meanAbs", "rows"]);
    return searchAndRound(weight, { config, group, options, meanAbs, rows }, context);
  },
};

export interface SearchRequest {
  readonly config: Omit<QuantizeConfig, "groupSize">;
  /** Divides the columns. */
  readonly group: number;
  readonly options: AwqColumnOptions;
  readonly meanAbs: Float32Array;
  readonly rows: Matrix;
}

/** The method with the group size in force and what is known of the inputs. */
export function searchAndRound(weight: Matrix, request: SearchRequest, context: QuantizeContext): Encoded {
  const { config, group, options, meanAbs, rows } = request;
  const rowScale = new Float32Array((weight.rows * weight.cols) / group).fill(1);
  const normalize = (scale: Float32Array) => {
    return { rowScale, columnScale: scale.map((value) => 1 / value), tileRows: weight.rows, tileCols: group };
  };
  const { bits } = config;
  const scale = searchColumnScale({ weight, meanAbs, rows, bits, group, normalize, ...options }, context);
  const rounding = roundings.rtn;
  return roundAndStore(weight, { method: info.id, config, group, rounding, normalize: normalize(scale) }, context);
}
