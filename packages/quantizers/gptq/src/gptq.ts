import {
  checkConfig,
  checkOptions,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  requiredStatistics,
  storeAux,
} from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import { type GptqOptions, gptqRules } from "./gptq-options.ts";
import { type InverseFactor, inverseFactor } from "./inverse-factor.ts";
import { nonFiniteWeight, notPositiveDefinite } from "./messages.ts";
import { roundColumns } from "./round-columns.ts";

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
    const { rows, cols } = weight;
    const { group } = effectiveGroup(cols, config.groupSize);
    const { secondMoment } = requiredStatistics(info.id, cols, context, ["secondMoment"]);
    checkFinite(weight);
    const factor = sharedFactor(secondMoment, options);
    const { bits, tiling, aux } = config;
    const rounded = roundColumns(weight, factor, { bits, group, block: options.block });
    const groups = [rows, cols / group];
    return {
      method: info.id,
      rows,
      cols,
      bits,
      group,
      tiling,
      codes: context.kernels.pack(rounded.codes, bits),
      scale: storeAux(rounded.scale, groups, aux, "scale"),
      zero: storeAux(rounded.zero, groups, aux, "zero"),
      ...(options.actOrder && { columnOrder: factor.order.slice() }),
    };
  },
};

/** The last factor of every matrix of second moments: layers that share their inputs share the work. */
const factors = new WeakMap<Matrix, { readonly key: string; readonly factor: InverseFactor }>();

function sharedFactor(secondMoment: Matrix, { damping, actOrder }: GptqOptions): InverseFactor {
  const key = `${damping} ${actOrder}`;
  const known = factors.get(secondMoment);
  if (known?.key === key) return known.factor;
  const factor = inverseFactor(secondMoment, damping, actOrder);
  if (!factor) throw notPositiveDefinite(damping);
  factors.set(secondMoment, { key, factor });
  return factor;
}

function checkFinite({ cols, data }: Matrix): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw nonFiniteWeight(Math.floor(bad / cols), bad % cols, data[bad]);
}
