import {
  checkConfig,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  type RoundingName,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";

/** Rounding to nearest takes no settings beyond the common ones. */
export type RtnOptions = Record<never, never>;

const rtnInfo: QuantizerInfo = {
  id: "rtn",
  label: "RTN",
  formula: "W ~ s * (Q - z), s = (max - min) / (2^b - 1), z = -round(min / s), Q = round(W / s) + z",
  source: 'SINQ 38144fc, method "rtn"',
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

const rtnSymInfo: QuantizerInfo = {
  id: "rtn-sym",
  label: "RTN (symmetric)",
  formula: "W ~ s * Q, s = max |W| / (2^(b-1) - 2), Q = round(W / s)",
  source: 'SINQ 38144fc, rounding of method "sinq_noz", without its normalization',
  bits: roundings["rtn-sym"].bits,
  bitsNote: roundings["rtn-sym"].bitsNote,
  tilings: ["1d", "2d"],
};

/** Round to nearest, asymmetric: a scale and a whole zero point for every group. */
export const rtn: Quantizer<RtnOptions> = roundToNearest(rtnInfo, "rtn");

/** Round to nearest, symmetric: a scale for every group, one zero point for all. */
export const rtnSym: Quantizer<RtnOptions> = roundToNearest(rtnSymInfo, "rtn-sym");

/**
 * Scales belong to groups of a row, so a tile of group x group has the groups that all rows x group has: both tilings give
 * the same codes.
 */
function roundToNearest(info: QuantizerInfo, rounding: RoundingName): Quantizer<RtnOptions> {
  return {
    info,
    defaults: {},
    quantize(weight, config, context) {
      checkConfig(info, config);
      checkWeight(weight);
      const { group } = effectiveGroup(weight.cols, config.groupSize);
      return roundAndStore(weight, { method: info.id, config, group, rounding: roundings[rounding] }, context);
    },
  };
}
