import {
  checkConfig,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";

/** nf4-shift takes no settings beyond the common ones. */
export type Nf4ShiftOptions = Record<never, never>;

const info: QuantizerInfo = {
  id: "nf4-shift",
  label: "NF4 (shifted)",
  formula: "W ~ s * (NF4[Q] - z), s = max |W - mean|, z = -mean / s",
  source: 'SINQ 38144fc, method "nf4"',
  bits: roundings.nf4.bits,
  bitsNote: roundings.nf4.bitsNote,
  tilings: ["1d", "2d"],
};

/**
 * NF4 as the published SINQ code has it: levels around each group's mean. Not bitsandbytes' NF4, which has no shift.
 *
 * Groups belong to rows, so both tilings give the same codes.
 */
export const nf4Shift: Quantizer<Nf4ShiftOptions> = {
  info,
  defaults: {},
  quantize(weight, config, context) {
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    return roundAndStore(weight, { method: info.id, config, group, rounding: roundings.nf4 }, context);
  },
};
