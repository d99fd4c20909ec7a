import {
  type BlockContext,
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type LayerStatistics,
  MovedScales,
  type Quantizer,
  type QuantizerInfo,
  requiredStatistics,
  roundAndStore,
  roundings,
  type ScaleLink,
  scaleLinks,
} from "@sinqbench/quantizer";
import { type AwqOptions, awqDefaults, awqRules } from "./awq-options.ts";
import { clipped } from "./clipped.ts";
import { sharedScale } from "./shared-scale.ts";

const info: QuantizerInfo = {
  id: "awq",
  label: "AWQ",
  formula: "W ~ s * (Q - z) of W * a, one a for all weights behind a norm or a projection, which is divided by it",
  source: "arXiv 2306.00978; AutoAWQ, AwqQuantizer with duo_scaling and apply_clip",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

/**
 * AWQ as AutoAWQ computes it. The block step moves a scale from the columns of weights that share their inputs into what gives
 * these; all scales of a block are found on its weights as they are. Then the weights are clipped group by group, but for queries
 * and keys, and rounded to nearest. A matrix alone has nothing to move its scale into: it is clipped and rounded.
 */
export const awq: Quantizer<AwqOptions> = {
  info,
  defaults: awqDefaults,
  optionRules: awqRules,
  needs: { meanAbs: true, rows: 512, prefix: "original" },
  async blockStep(block, config, context, overrides) {
    const { kernels } = context;
    const options = { ...awqDefaults, ...overrides };
    checkOptions(info.id, awqRules, options);
    checkConfig(info, config);
    const { duoScaling } = options;
    const { bits } = config;
    const found: [ScaleLink, Float32Array][] = [];
    for (const link of scaleLinks(block)) {
      const { weights } = link;
      const cols = weights[0].shape[1];
      const statistics = inputsOf(link, context);
      // What an expert's down projection gets is known later, when the expert is asked about alone.
      if (!statistics) continue;
      const known = requiredStatistics(info.id, cols, { kernels, statistics }, ["meanAbs", "rows"]);
      const { group } = effectiveGroup(cols, config.groupSize);
      found.push([link, await sharedScale({ weights, statistics: known, bits, group, duoScaling, kernels })]);
    }
    const moved = new MovedScales();
    for (const [link, scale] of found) await moved.move(link, scale);
    return moved.scales();
  },
  quantize(weight, config, context, overrides) {
    const options = { ...awqDefaults, ...overrides };
    checkOptions(info.id, awqRules, options);
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const { rows } = requiredStatistics(info.id, weight.cols, context, ["meanAbs", "rows"]);
    const kept =
      options.clip && !isQueryOrKey(context.name)
        ? clipped(weight, rows, { bits: config.bits, group }, context.kernels)
        : weight;
    return roundAndStore(kept, { method: info.id, config, group, rounding: roundings.rtn }, context);
  },
};

/** What the weights of a link get: the router of a mixture of experts gets what all experts' inputs are taken from. */
function inputsOf({ weights, others }: ScaleLink, { statistics }: BlockContext): LayerStatistics | undefined {
  return [...others, ...weights].map(({ name }) => statistics?.get(name)).find((known) => known !== undefined);
}

/** AutoAWQ's rule, by the letters of the name: their product is too sensitive to clip them by themselves. */
function isQueryOrKey(name: string | undefined): boolean {
  return name !== undefined && (name.includes("q_") || name.includes("k_"));
}
