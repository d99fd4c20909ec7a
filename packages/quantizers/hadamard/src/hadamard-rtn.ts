import { nonFiniteWeight } from "@sinqbench/kernels";
import {
  checkConfig,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  rotateInputs,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { BenchError, type Matrix } from "@sinqbench/tensor";
import { rotationOverflow } from "./messages.ts";

/** hadamard-rtn takes no settings beyond the common ones. */
export type HadamardRtnOptions = Record<never, never>;

const info: QuantizerInfo = {
  id: "hadamard-rtn",
  label: "Hadamard + RTN",
  formula: "W ~ s * (Q - z) * H, Q = RTN of W * H, H normalized Hadamard blocks along the inputs",
  source: "the paper's tables 1 and 4; QuIP#, arXiv 2402.04396, and QuaRot, arXiv 2404.00456",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

/**
 * Round to nearest of a weight that was rotated along its inputs; the encoding carries the rotation, and `decode` takes it back.
 *
 * Groups belong to rows, so both tilings give the same codes.
 */
export const hadamardRtn: Quantizer<HadamardRtnOptions> = {
  info,
  defaults: {},
  quantize(weight, config, context) {
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    const rotated = rotateInputs(weight, context.kernels);
    const request = { method: info.id, config, group, rounding: roundings.rtn };
    try {
      return { ...roundAndStore(rotated.weight, request, context), inputTransform: rotated.inputTransform };
    } catch (error) {
      throw error instanceof BenchError && error.code === "non-finite-weight" ? whatIsNotFinite(weight) : error;
    }
  },
};

/** A NaN or infinity is all over its block after the rotation: say where it came from. */
function whatIsNotFinite({ cols, data }: Matrix): BenchError {
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? rotationOverflow(info.id) : nonFiniteWeight(Math.floor(at / cols), at % cols, data[at]);
}
