import type { ErrorNorm, RoundOptions } from "../types.ts";
import { dequantize } from "./dequantize.ts";
import { outputError } from "./output-error.ts";
import { round } from "./round.ts";

/**
 * `outputError` of a matrix rounded with `options` and decoded with their column scale; a scheme without zeros has 2^(bits-1) - 1
 * (symmetric) or 0.
 *
 * x: [tokens, cols]; weight: [outputs, cols]
 */
export function roundedError(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  outputs: number,
  cols: number,
  options: RoundOptions,
  norm: ErrorNorm,
): number {
  const { scheme, bits, group, levels, normalize } = options;
  const { codes, scale, zero } = round(weight, outputs, cols, options);
  const approximation = dequantize({
    ...{ rows: outputs, cols, bits, group, codes, scale },
    zero: zero ?? Float32Array.of(scheme === "symmetric" ? 2 ** (bits - 1) - 1 : 0),
    ...(levels && { levels }),
    ...(normalize && { columnScale: normalize.columnScale, columnScaleRows: normalize.tileRows }),
  });
  return outputError(x, tokens, weight, approximation, outputs, cols, norm);
}
