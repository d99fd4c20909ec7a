import {
  checkConfig,
  checkOptions,
  checkWeight,
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
import { type AsinqOptions, asinqPresets, asinqRules } from "./asinq-options.ts";

const info: QuantizerInfo = {
  id: "asinq",
  label: "A-SINQ",
  formula:
    "W ~ s * (Q - z) * t / a, Q = RTN of W / t / u * a, a from mean |x| and mean |w| by the smallest output error",
  source: "arXiv 2509.22944, equation 6; SINQ 38144fc, its SINQ with AWQ scales by the L1 error",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

const defaults: AsinqOptions = asinqPresets.paper.options;

/**
 * A-SINQ: SINQ's normalization first, then an AWQ scale for every column of the normalized matrix. The normalization does not
 * depend on the scale and is computed once; t / a is stored as one column scale.
 */
export const asinq: Quantizer<AsinqOptions> = {
  info,
  defaults,
  optionRules: asinqRules,
  presets: asinqPresets,
  needs: { meanAbs: true, rows: 512, prefix: "original" },
  quantize(weight, config, context, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, asinqRules, options);
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
  readonly options: AsinqOptions;
  readonly meanAbs: Float32Array;
  readonly rows: Matrix;
}

/** A-SINQ with the group size in force and what is known of the inputs. */
export function searchAndRound(weight: Matrix, request: SearchRequest, context: QuantizeContext): Encoded {
  const { config, group, options, meanAbs, rows } = request;
  const { weightTerm, norm, ...sinkhorn } = options;
  const tile = { tileRows: config.tiling === "1d" ? weight.rows : group, tileCols: group };
  const { rowScale, columnScale } = context.kernels.sinkhorn(weight.data, weight.rows, weight.cols, {
    ...sinkhorn,
    ...tile,
  });
  const normalize = (scale: Float32Array) => {
    return { rowScale, columnScale: columnScale.map((t, i) => t / scale[i % weight.cols]), ...tile };
  };
  const { bits } = config;
  const scale = searchColumnScale({ weight, meanAbs, rows, weightTerm, norm, bits, group, normalize }, context);
  const rounding = roundings.rtn;
  return roundAndStore(weight, { method: info.id, config, group, rounding, normalize: normalize(scale) }, context);
}
