import { blockFlops, expertSites, hasExperts, type ModelConfig, type ProbeSite, probeSites } from "@sinqbench/models";
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
export function planCalibration({
  variants,
  calibration,
}: Pick<EvaluateOptions, "variants" | "calibration">): CalibrationChain[] {
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

/** Floating-point operations of calibration over all blocks, without those that a chain has done. */
export function calibrationFlops(
  config: ModelConfig,
  chains: readonly CalibrationChain[],
  batches: readonly Batch[],
  done: (chain: number) => number = () => 0,
): number {
  let total = 0;
  for (const { windows, length } of batches) {
    for (let index = 0; index < config.layers; index++) {
      const block = windows * blockFlops(config, length, index);
      const products = windows * blockProductFlops(config, length, index);
      for (const [c, chain] of chains.entries()) {
        if (index < done(c)) continue;
        // A quantized prefix goes through a block twice, and not a second time through the last.
        const passes = chain.prefix === "original" || index + 1 === config.layers ? 1 : 2;
        total += passes * block + (sumsProducts(chain) ? products : 0);
      }
    }
  }
  return total;
}

/** Second moments at all sites of a block: of the routed experts each token has its own. */
function blockProductFlops(config: ModelConfig, length: number, index: number): number {
  const at = (sites: readonly ProbeSite[], tokens: number) =>
    sites.reduce((sum, { width }) => sum + productFlops(tokens, width), 0);
  const routed = hasExperts(config, index) ? length * config.experts!.routing.perToken : 0;
  return at(probeSites(config, index), length) + (routed > 0 ? at(expertSites(config), routed) : 0);
}

function names(variants: readonly Variant[], chosen: readonly number[]): string {
  return chosen.map((v) => variants[v]!.id).join(", ");
}
