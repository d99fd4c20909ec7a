import type { EvaluationInput } from "@sinqbench/datasets";
import { pairedDelta, perplexity, type VariantResult } from "@sinqbench/evaluate";
import type { ResultRow } from "@sinqbench/report";

/** Bits of a weight that is not quantized, in tables: the checkpoint's own, which the paper's models store in 16. */
const BASELINE_BITS = 16;
const HASH_DIGITS = 16;

/**
 * One row per variant and text. Paired differences are to the bf16 variant of the same run, on the same windows; without
 * one they are null, because a difference to another run's losses would not be paired.
 */
export function resultRows(
  model: string,
  results: readonly VariantResult[],
  inputs: readonly EvaluationInput[],
  calibration?: EvaluationInput,
): ResultRow[] {
  const baseline = results.find((result) => result.variant.quantizer === null);
  return results.flatMap((result) =>
    inputs.map((input, i) => {
      const { losses, predictions } = scoredLosses(input, result.nll[i]);
      const { perplexity: value, se } = perplexity(losses, predictions);
      const delta = baseline ? pairedDelta(losses, scoredLosses(input, baseline.nll[i]).losses, predictions) : null;
      return {
        model,
        ...variantColumns(result, calibration),
        dataset: input.name,
        protocol: input.protocol,
        windows: input.windows.count,
        window: input.windows.length,
        perplexity: value,
        perplexity_se: se,
        delta_nll: delta?.delta ?? null,
        delta_nll_se: delta?.se ?? null,
        ...sizeColumns(result),
        text_sha256: shortHash(input.textSha256),
        tokens_sha256: shortHash(input.tokensSha256),
      };
    }),
  );
}

/** What a row says of a variant, whatever was measured with it. */
export function variantColumns(
  { variant: { quantizer, config, options } }: VariantResult,
  calibration?: EvaluationInput,
) {
  return {
    method: quantizer?.info.id ?? "bf16",
    bits: config?.bits ?? BASELINE_BITS,
    group_size: config?.groupSize ?? null,
    tiling: config?.tiling ?? null,
    aux: config?.aux ?? null,
    options: options ?? null,
    calibration: quantizer?.needs && calibration ? calibrationName(calibration) : null,
  };
}

/** What a row says of a variant's size as stored. */
export function sizeColumns(result: VariantResult) {
  return {
    bits_per_weight: storedBits(result) ?? BASELINE_BITS,
    memory_gb: memoryBytes(result) / 1e9,
  };
}

/** The digits of a hash that a row keeps. */
export function shortHash(sha256: string): string {
  return sha256.slice(0, HASH_DIGITS);
}

/** Of the losses of a set, float32 [windows, length - 1], those that its protocol counts: [windows, predictions]. */
export function scoredLosses(
  { windows: { count, length, firstScored } }: Pick<EvaluationInput, "windows">,
  nll: Float32Array,
): { losses: Float32Array; predictions: number } {
  const predictions = length - firstScored;
  if (firstScored === 1) return { losses: nll, predictions };
  const losses = new Float32Array(count * predictions);
  for (let window = 0; window < count; window++) {
    // The loss of the token at position p is the (p - 1)th of its window.
    const end = (window + 1) * (length - 1);
    losses.set(nll.subarray(end - predictions, end), window * predictions);
  }
  return { losses, predictions };
}

/** A calibration text as results name it: "moby-dick gptq-256-last64 0123456789abcdef". */
function calibrationName({ name, protocol, tokensSha256 }: EvaluationInput): string {
  return `${name} ${protocol} ${shortHash(tokensSha256)}`;
}

/** Stored bits per quantized weight; for the checkpoint's own weights those that it holds packed, undefined where it has none. */
export function storedBits({ quantizedBytes, quantizedWeights }: VariantResult): number | undefined {
  return quantizedWeights > 0 ? (8 * quantizedBytes) / quantizedWeights : undefined;
}

/** Bytes of the whole model as stored: linear layers that are not quantized count 16 bits, like everything else. */
function memoryBytes({ quantizedBytes, quantizedWeights, linearWeights, otherBytes }: VariantResult): number {
  return quantizedBytes + ((linearWeights - quantizedWeights) * BASELINE_BITS) / 8 + otherBytes;
}
