import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  isValueLink,
  MovedScales,
  type NormalizationOptions,
  normalizationRules,
  type OptionRules,
  optionRule,
  type Quantizer,
  type QuantizerInfo,
  roundAndStore,
  roundings,
  scaleLinks,
} from "@sinqbench/quantizer";
import { sharedColumnScale } from "./shared-column-scale.ts";

/** Settings of SINQ without overhead: those of the normalization, and how often a block goes through it. */
export interface SinqNoOverheadOptions extends NormalizationOptions {
  readonly repeats: number;
}

const info: QuantizerInfo = {
  id: "sinq-no-overhead",
  label: "SINQ (no overhead)",
  formula: "W ~ s * (Q - z) of W / t, one t for all weights behind a norm or an up projection, which takes it",
  source: "arXiv 2509.22944, table 8; the pre-SINQ scripts of the published code",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

const defaults: SinqNoOverheadOptions = { iterations: 4, stepMin: 0.7, stepMax: 2, earlyStop: true, repeats: 3 };

const rules: OptionRules<SinqNoOverheadOptions> = { ...normalizationRules, repeats: optionRule.whole(1) };

/**
 * SINQ whose second scale costs nothing: the block step divides t out of the columns of the weights and multiplies it into the norm
 * (or the up projection's rows) before them, so that what is stored is round to nearest of the scaled weights. Row scales of the
 * normalization are not needed: rounding to nearest has its own scale for every row and group.
 *
 * In every repeat down projections come first, then what follows a norm. The output projection keeps none, as in the paper. A
 * matrix alone has nothing to move its scale into and is rounded as it is.
 */
export const sinqNoOverhead: Quantizer<SinqNoOverheadOptions> = {
  info,
  defaults,
  optionRules: rules,
  async blockStep(block, config, { kernels }, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, rules, options);
    const { repeats, ...normalization } = options;
    const links = scaleLinks(block).filter((link) => !isValueLink(link));
    const intoRows = links.filter(({ source }) => source.shape.length > 1);
    const intoNorms = links.filter(({ source }) => source.shape.length === 1);
    const moved = new MovedScales();
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const link of [...intoRows, ...intoNorms]) {
        const { weights } = link;
        const { group: tile } = effectiveGroup(weights[0].shape[1], config.groupSize);
        const t = await sharedColumnScale({ weights, moved, tile, normalization, kernels });
        await moved.move(
          link,
          t.map((value) => 1 / value),
        );
      }
    }
    return moved.scales();
  },
  quantize(weight, config, context, overrides) {
    checkOptions(info.id, rules, { ...defaults, ...overrides });
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    return roundAndStore(weight, { method: info.id, config, group, rounding: roundings.rtn }, context);
  },
};
