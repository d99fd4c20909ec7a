import type { Variant } from "@sinqbench/evaluate";
import { decode, effectiveGroup } from "@sinqbench/quantizer";
import { median } from "@sinqbench/tensor";
import type { MetLayer } from "../layers/each-layer.ts";
import { outputErrors, weightError } from "../layers/errors.ts";
import { beforeRounding, evenness } from "../layers/evenness.ts";

/** Of one variant: medians over the linear layers. */
export interface VariantMeasures {
  readonly imbalance: number;
  readonly kurtosis: number;
  readonly weight_error: number;
  readonly output_error: number;
}

const NAMES = ["imbalance", "kurtosis", "weight_error", "output_error"] as const;

/** Gathers, layer by layer, what every variant rounds and what its rounding costs. */
export class VariantMeasurement {
  readonly #variants: readonly Variant[];
  readonly #found = new Map<string, VariantMeasures[]>();

  constructor(variants: readonly Variant[]) {
    this.#variants = variants.filter(({ quantizer }) => quantizer !== null);
    for (const { id } of this.#variants) this.#found.set(id, []);
  }

  add({ weight, context }: MetLayer): void {
    const { rows, cols, data } = weight;
    const outputError = outputErrors(weight, context.statistics!.rows!, context.kernels);
    for (const { id, quantizer, config } of this.#variants) {
      const encoded = quantizer!.quantize(weight, config!, context);
      const { group } = effectiveGroup(cols, config!.groupSize);
      const decoded = decode(encoded, context.kernels);
      this.#found.get(id)!.push({
        ...evenness(beforeRounding(weight, encoded), rows, cols, group),
        weight_error: weightError(data, decoded),
        output_error: outputError(decoded),
      });
    }
  }

  /** Layers met so far. */
  get layers(): number {
    return Math.max(0, ...[...this.#found.values()].map((all) => all.length));
  }

  of(variant: Variant): VariantMeasures {
    const all = this.#found.get(variant.id)!;
    return Object.fromEntries(
      NAMES.map((name) => [name, median(all.map((one) => one[name]))]),
    ) as unknown as VariantMeasures;
  }
}
