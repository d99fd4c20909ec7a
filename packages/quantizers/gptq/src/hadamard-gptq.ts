import { nonFiniteWeight } from "@sinqbench/kernels";
import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  requiredStatistics,
  rotateInputs,
} from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import { gptq } from "./gptq.ts";
import { type GptqOptions, gptqRules } from "./gptq-options.ts";
import { rotationOverflow } from "./messages.ts";
import { quantizeColumns } from "./quantize-columns.ts";
import { rotatedMoments } from "./rotated-moments.ts";

const info: QuantizerInfo = {
  id: "hadamard-gptq",
  label: "Hadamard + GPTQ",
  formula:
    "W ~ s * (Q - z) * M, Q = GPTQ of W * M with second moments M * H * M, M normalized Hadamard blocks along the inputs",
  source: "the paper's table 2; GPTQ, arXiv 2210.17323, after the rotation of QuaRot, arXiv 2404.00456",
  bits: gptq.info.bits,
  tilings: gptq.info.tilings,
};

/**
 * GPTQ of a weight that was rotated along its inputs, as its inputs then are; the encoding carries the rotation, and `decode` takes
 * it back.
 */
export const hadamardGptq: Quantizer<GptqOptions> = {
  info,
  defaults: gptq.defaults,
  optionRules: gptqRules,
  needs: gptq.needs!,
  quantize(weight, config, context, overrides) {
    const options = { ...gptq.defaults, ...overrides };
    checkOptions(info.id, gptqRules, options);
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const { secondMoment } = requiredStatistics(info.id, weight.cols, context, ["secondMoment"]);
    checkFinite(weight);
    const { weight: rotated, inputTransform } = rotateInputs(weight, context.kernels);
    if (rotated.data.some((value) => !Number.isFinite(value))) throw rotationOverflow(info.id);
    const moments = rotatedMoments(secondMoment, inputTransform.block, context.kernels);
    return { ...quantizeColumns(info.id, rotated, moments, { ...config, group }, options, context), inputTransform };
  },
};

/** A NaN or infinity would be all over its block after the rotation: say where it came from. */
function checkFinite({ cols, data }: Matrix): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw nonFiniteWeight(Math.floor(bad / cols), bad % cols, data[bad]);
}
