import type { Variant } from "@sinqbench/evaluate";
import { type AuxPrecision, checkConfig, type QuantizeConfig, type Quantizer, type Tiling } from "@sinqbench/quantizer";
import { quantizers } from "@sinqbench/quantizers";
import { BenchError } from "@sinqbench/tensor";
import { notOffered, unknownMethod } from "./messages.ts";

export interface VariantChoice {
  /** Method ids in the order wanted; "bf16" is the checkpoint's own weights. */
  readonly methods: readonly string[];
  readonly bits: readonly number[];
  readonly groupSize: number;
  readonly tiling: Tiling;
  readonly aux: AuxPrecision;
  /** Methods with auxiliary values of another precision. */
  readonly auxFor?: Readonly<Record<string, AuxPrecision>>;
}

/** The checkpoint's own weights, whatever their type: not rounded again. */
export const BASELINE = "bf16";

export function methodIds(): string[] {
  return quantizers.map(({ info }) => info.id);
}

/** The method that `--methods` or `--method` names. */
export function methodNamed(id: string): Quantizer {
  const found = quantizers.find((quantizer) => quantizer.info.id === id);
  if (!found) throw unknownMethod(id, [BASELINE, ...methodIds()]);
  return found;
}

/** Throws UsageError for a method that is not defined for these settings. */
export function checkOffered({ info }: Quantizer, config: QuantizeConfig): void {
  try {
    checkConfig(info, config);
  } catch (error) {
    throw error instanceof BenchError ? notOffered(error) : error;
  }
}

/**
 * bf16 first when asked for, then every bit width with every method: the order of the paper's rows. A method that is
 * not defined at one of several bit widths is left out there, which `note` says; at all of them it is a UsageError.
 */
export function chooseVariants(choice: VariantChoice, note: (line: string) => void): Variant[] {
  const { groupSize, tiling } = choice;
  const auxOf = ({ info }: Quantizer) => choice.auxFor?.[info.id] ?? choice.aux;
  const chosen = choice.methods.filter((id) => id !== BASELINE).map(methodNamed);
  const variants: Variant[] = [];
  if (choice.methods.includes(BASELINE)) variants.push({ id: BASELINE, quantizer: null, config: null });
  for (const quantizer of chosen) {
    if (choice.bits.some((bits) => quantizer.info.bits.includes(bits))) continue;
    checkOffered(quantizer, { bits: choice.bits[0], groupSize, tiling, aux: auxOf(quantizer) });
  }
  for (const bits of choice.bits) {
    for (const quantizer of chosen) {
      const { id, bits: offered } = quantizer.info;
      if (!offered.includes(bits)) {
        note(`${id} is not defined for ${bits} bits and left out there`);
        continue;
      }
      const aux = auxOf(quantizer);
      const config = { bits, groupSize, tiling, aux };
      checkOffered(quantizer, config);
      variants.push({ id: `${id}-b${bits}-g${groupSize}-${tiling}-${aux}`, quantizer, config });
    }
  }
  return variants;
}
