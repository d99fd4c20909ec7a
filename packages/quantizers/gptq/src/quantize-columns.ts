import { type Encoded, type QuantizeConfig, type QuantizeContext, storeAux } from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import type { GptqOptions } from "./gptq-options.ts";
import { sharedFactor } from "./shared-factor.ts";

/** GPTQ of a weight [out, in] whose inputs have those second moments [in, in]: the step that its methods share. */
export function quantizeColumns(
  method: string,
  weight: Matrix,
  secondMoment: Matrix,
  config: Omit<QuantizeConfig, "groupSize"> & { readonly group: number },
  options: GptqOptions,
  { kernels }: QuantizeContext,
): Encoded {
  const { rows, cols, data } = weight;
  const { bits, tiling, aux, group } = config;
  const factor = sharedFactor(secondMoment, options, kernels);
  const { codes, scale, zero } = kernels.gptq(data, rows, cols, factor, { bits, group, block: options.block });
  const groups = [rows, cols / group];
  return {
    ...{ method, rows, cols, bits, group, tiling, codes },
    scale: storeAux(scale, groups, aux, "scale"),
    zero: storeAux(zero!, groups, aux, "zero"),
    ...(options.actOrder && { columnOrder: factor.order.slice() }),
  };
}
