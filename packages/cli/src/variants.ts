import type { Variant } from "@sinqbench/evaluate";
import { type AuxPrecision, checkConfig, type QuantizeConfig, type Quantizer, type Tiling } from "@sinqbench/quantizer";
import { type MethodChoice, methodChoice, quantizers } from "@sinqbench/quantizers";
import { BenchError } from "@sinqbench/tensor";
import { notOffered, unknownMethod } from "./messages.ts";

export interface VariantChoice {
  /** Methods in the order wanted, each as METHOD[:PRESET][,NAME=VALUE]...; "bf16" is the checkpoint's own weights. */
  readonly methods: readonly string[];
  readonly bits: readonly number[];
  readonly groupSize: number;
  readonly tiling: Tiling;
  readonly aux: AuxPrecision;
}

/** The checkpoint's own weights, whatever their type: not rounded again. */
export const BASELINE = "bf16";

export function methodIds(): string[] {
  return quantizers.map(({ info }) => info.id);
}

/** The method that `--methods` or `--method` names, with the options that it names. Throws UsageError. */
export function chosenMethod(text: string): MethodChoice {
  try {
    return methodChoice(text);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    const [id] = text.split(":");
    throw error.code === "unknown-method" ? unknownMethod(id, [BASELINE, ...methodIds()]) : notOffered(error);
  }
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
  const { groupSize, tiling, aux } = choice;
  const chosen = choice.methods
    .filter((text) => text !== BASELINE)
    .map(chosenMethod)
    .map(({ quantizer, config, options }) => ({
      quantizer,
      settings: { groupSize, tiling, aux, ...config },
      options,
    }));
  const variants: Variant[] = [];
  if (choice.methods.includes(BASELINE)) variants.push({ id: BASELINE, quantizer: null, config: null });
  for (const { quantizer, settings } of chosen) {
    if (choice.bits.some((bits) => quantizer.info.bits.includes(bits))) continue;
    checkOffered(quantizer, { ...settings, bits: choice.bits[0] });
  }
  for (const bits of choice.bits) {
    for (const { quantizer, settings, options } of chosen) {
      if (!quantizer.info.bits.includes(bits)) {
        note(`${quantizer.info.id} is not defined for ${bits} bits and left out there`);
        continue;
      }
      const config = { ...settings, bits };
      checkOffered(quantizer, config);
      const id = variantId(quantizer, config, options);
      if (variants.some((variant) => variant.id === id)) continue;
      variants.push({ id, quantizer, config, ...(options !== null && { options }) });
    }
  }
  return variants;
}

/** "sinq-b4-g64-1d-f16", and what was chosen beside: "sinq-b4-g64-1d-u8-code-2026-02-iterations=4". */
function variantId({ info }: Quantizer, config: QuantizeConfig, options: string | null): string {
  const { bits, groupSize, tiling, aux } = config;
  const chosen = options === null ? "" : `-${options.replaceAll(" ", "-")}`;
  return `${info.id}-b${bits}-g${groupSize}-${tiling}-${aux}${chosen}`;
}
