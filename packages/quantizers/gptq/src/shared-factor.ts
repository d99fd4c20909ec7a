import type { GptqFactor, Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import type { GptqOptions } from "./gptq-options.ts";
import { inverseFactor } from "./inverse-factor.ts";
import { notPositiveDefinite } from "./messages.ts";

/** The last factor of every matrix of second moments: layers that share their inputs share the work. */
const factors = new WeakMap<Matrix, { readonly key: string; readonly factor: GptqFactor }>();

/** @throws BenchError `not-positive-definite` */
export function sharedFactor(secondMoment: Matrix, { damping, actOrder }: GptqOptions, kernels: Kernels): GptqFactor {
  const key = `${damping} ${actOrder}`;
  const known = factors.get(secondMoment);
  if (known?.key === key) return known.factor;
  const factor = inverseFactor(secondMoment, damping, actOrder, kernels);
  if (!factor) throw notPositiveDefinite(damping);
  factors.set(secondMoment, { key, factor });
  return factor;
}
