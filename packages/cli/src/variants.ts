import type { Variant } from "@sinqbench/evaluate";
import type { AuxPrecision, Quantizer, Tiling } from "@sinqbench/quantizer";
import { quantizers } from "@sinqbench/quantizers";
import { bitsNotOffered, tilingNotOffered, unknownMethod } from "./messages.ts";

export interface VariantChoice {
  /** Method ids in the order wanted; "bf16" is the checkpoint's own weights. */
  readonly methods: readonly string[];
  readonly bits: readonly number[];
  readonly groupSize: number;
  readonly tiling: Tiling;
  readonly aux: AuxPrecision;
}

/** The checkpoint's own weights, whatever their type: not rounded again. */
export const BASELINE = "bf16";

/** The methods that `--methods` and `--method` know, by id. */
export function methodNamed(id: string): Quantizer {
  const ids = quantizers.map((quantizer) => quantizer.info.id);
  const found = quantizers.find((quantizer) => quantizer.info.id === id);
  if (!found) throw unknownMethod(id, [BASELINE, ...ids]);
  return found;
}

/** Throws UsageError for a method that is not defined for these settings. */
export function checkOffered({ info }: Quantizer, bits: number, tiling: Tiling): void {
  if (!info.bits.includes(bits)) throw bitsNotOffered(info.id, bits, info.bits);
  if (!info.tilings.includes(tiling)) throw tilingNotOffered(info.id, tiling, info.tilings);
}

/** bf16 first when asked for, then every bit width with every method: the order of the paper's rows. */
export function chooseVariants(choice: VariantChoice): Variant[] {
  const { groupSize, tiling, aux } = choice;
  const variants: Variant[] = [];
  if (choice.methods.includes(BASELINE)) variants.push({ id: BASELINE, quantizer: null, config: null });
  const chosen = choice.methods.filter((id) => id !== BASELINE).map(methodNamed);
  for (const bits of choice.bits) {
    for (const quantizer of chosen) {
      checkOffered(quantizer, bits, tiling);
      const id = `${quantizer.info.id}-b${bits}-g${groupSize}-${tiling}-${aux}`;
      variants.push({ id, quantizer, config: { bits, groupSize, tiling, aux } });
    }
  }
  return variants;
}
