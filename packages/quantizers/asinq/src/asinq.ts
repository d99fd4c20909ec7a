import {
  checkConfig,
  checkOptions,
  checkWeight,
  decode,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  type RoundRequest,
  requiredStatistics,
  roundAndStore,
  roundings,
  searchColumnScale,
} from "@sinqbench/quantizer";
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
    const { weightTerm, norm, ...sinkhorn } = options;
    const tile = { tileRows: config.tiling === "1d" ? weight.rows : group, tileCols: group };
    const { rowScale, columnScale } = context.kernels.sinkhorn(weight.data, weight.rows, weight.cols, {
      ...sinkhorn,
      ...tile,
    });
    const request = (scale: Float32Array, aux: typeof config.aux): RoundRequest => ({
      method: info.id,
      config: { ...config, aux },
      group,
      rounding: roundings.rtn,
      normalize: { rowScale, columnScale: columnScale.map((t, i) => t / scale[i % weight.cols]), ...tile },
    });
    const reconstruct = (scale: Float32Array) =>
      decode(roundAndStore(weight, request(scale, "f32"), context), context.kernels);
    const scale = searchColumnScale({ weight, meanAbs, rows, weightTerm, norm, reconstruct });
    return roundAndStore(weight, request(scale, config.aux), context);
  },
};
