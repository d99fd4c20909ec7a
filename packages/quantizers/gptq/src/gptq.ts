import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  requiredStatistics,
} from "@sinqbench/quantizer";
import { type GptqOptions, gptqRules } from "./gptq-options.ts";
import { quantizeColumns } from "./quantize-columns.ts";

const info: QuantizerInfo = {
  id: "gptq",
  label: "GPTQ",
  formula:
    "W ~ s * (Q - z), columns rounded one by one, the error of each spread over the rest by the inputs' second moments",
  source: "arXiv 2210.17323; IST-DASLab/gptq, gptq.py and quant.py (act-order, groups of the order as it is rounded)",
  bits: [2, 3, 4, 5, 6, 7, 8],
  tilings: ["1d", "2d"],
};

const defaults: GptqOptions = { actOrder: true, block: 128, damping: 0.01 };

/** GPTQ. Groups belong to rows, so both tilings give the same codes. */
export const gptq: Quantizer<GptqOptions> = {
  info,
  defaults,
  optionRules: gptqRules,
  needs: { secondMoment: true, prefix: "quantized" },
  quantize(weight, config, context, overrides) {
    const options = { ...defaults, ...overrides };
    checkOptions(info.id, gptqRules, options);
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const { secondMoment } = requiredStatistics(info.id, weight.cols, context, ["secondMoment"]);
    return quantizeColumns(info.id, weight, secondMoment, { ...config, group }, options, context);
  },
};
