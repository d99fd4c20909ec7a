/**
 * Codebooks in ascending order, scaled to [-1, 1]: levels that are equally likely for normally distributed weights.
 *
 * nf4: NormalFloat of QLoRA (arXiv 2305.14314, appendix E), the sixteen float32 values of bitsandbytes.
 * nf3: the eight values of the published SINQ code (38144fc).
 */
export const codebooks = {
  nf4: Float32Array.of(
    -1,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1,
  ),
  nf3: Float32Array.of(
    -1,
    -0.5350227355957031,
    -0.246931403875351,
    0,
    0.1833375245332718,
    0.3819939494132996,
    0.6229856610298157,
    1,
  ),
  /** The fifteen values of bitsandbytes' FP4: sign, two exponent bits, one of mantissa, over its largest. */
  fp4: Float32Array.of(...[-12, -8, -6, -4, -3, -2, -0.0625, 0, 0.0625, 2, 3, 4, 6, 8, 12].map((value) => value / 12)),
} as const;
