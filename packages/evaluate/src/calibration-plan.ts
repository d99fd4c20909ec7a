import { type ModelConfig, probeSites } from "@sinqbench/models";
import type { StatisticsNeeds } from "@sinqbench/quantizer";
import type { Batch } from "./batches.ts";
import { messages } from "./messages.ts";
import type { EvaluateOptions, Variant } from "./types.ts";

/** A chain of calibration windows and the quantizers that learn from it. */
export interface CalibrationChain {
  readonly prefix: StatisticsNeeds["prefix"];
  /** Indices of its variants: one for a quantized prefix, all with an original prefix share theirs. */
  readonly variants: readonly number[];
  readonly needs: readonly StatisticsNeeds[];
}

/**
 * Chains that calibrate the variants, none where none needs it: the first is of the original layers, if any variant asks for
 * it.
 *
 * @throws BenchError `missing-calibration`
 */
export function planCalibration({ variants, calibration }: EvaluateOptions): CalibrationChain[] {
  const needs = (variant: number) => variants[variant]!.quantizer!.needs!;
  const calibrated = variants.flatMap(({ quantizer }, v) => (quantizer?.needs ? [v] : []));
  if (calibrated.length > 0 && !calibration) throw messages.missingCalibration(names(variants, calibrated));
  const original = calibrated.filter((v) => needs(v).prefix === "original");
  const quantized = calibrated.filter((v) => needs(v).prefix === "quantized");
  return [...(original.length > 0 ? [original] : []), ...quantized.map((v) => [v])].map((members) => ({
    prefix: needs(members[0]!).prefix,
    variants: members,
    needs: members.map(needs),
  }));
}

/** Whether a chain sums second moments. */
export function sumsProducts({ needs }: CalibrationChain): boolean {
  return needs.some((need) => need.secondMoment);
}

/** Floating-point operations of the second moments of one window at one site. */
export function productFlops(length: number, width: number): number {
  return 2 * length * width * width;
}

/** Floating-point operations of calibration over all blocks; `block` gives those of a batch in a block. */
export function calibrationFlops(
  config: ModelConfig,
  chains: readonly CalibrationChain[],
  batches: readonly Batch[],
  block: (batch: Batch) => number,
): number {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const blocks = sum(block);
  const products = sum(({ windows, length }) =>
    probeSites(config).reduce((total, { width }) => total + windows * productFlops(length, width), 0),
  );
  return chains.reduce((total, chain) => {
    // A quantized prefix goes through a block twice, and not a second time through the last.
    const passes = chain.prefix === "original" ? config.layers : 2 * config.layers - 1;
    return total + passes * blocks + (sumsProducts(chain) ? config.layers * products : 0);
  }, 0);
}

function names(variants: readonly Variant[], chosen: readonly number[]): string {
  return chosen.map((v) => variants[v]!.id).join(", ");
}
