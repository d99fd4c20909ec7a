const f = Math.fround;
const LAST_CODE = 255;

/** 8-bit codes of values with a minimum and a step for every range; element i belongs to range i mod min.length. */
export interface U8Values {
  readonly codes: Uint8Array;
  readonly min: Float32Array;
  readonly step: Float32Array;
}

/**
 * Stores values as 8-bit codes over `ranges` interleaved ranges, as the published code stores scales and zeros (38144fc):
 * step = (max - min) / 255, code = round((value - min) / step), in float32, halves to even.
 *
 * A constant range has step 1 and codes 0, where the published code divides by zero.
 */
export function encodeU8(values: Float32Array, ranges: number): U8Values {
  const min = new Float32Array(ranges).fill(Number.POSITIVE_INFINITY);
  const max = new Float32Array(ranges).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const range = i % ranges;
    if (values[i] < min[range]) min[range] = values[i];
    if (values[i] > max[range]) max[range] = values[i];
  }
  const step = new Float32Array(ranges);
  for (let range = 0; range < ranges; range++) {
    // A range of a few denormals also has a step of 0.
    step[range] = f(f(max[range] - min[range]) / LAST_CODE) || 1;
  }
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const range = i % ranges;
    codes[i] = Math.min(roundHalfEven(f(f(values[i] - min[range]) / step[range])), LAST_CODE);
  }
  return { codes, min, step };
}

/** float32 values: codes[i] * step + min of its range, each operation rounded to float32. */
export function decodeU8({ codes, min, step }: U8Values): Float32Array {
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = f(codes[i] * step[i % step.length]) + min[i % min.length];
  return values;
}

/** Nearest whole number, halves to even, of x >= 0. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down;
  return rest > 0.5 || down % 2 === 1 ? down + 1 : down;
}
