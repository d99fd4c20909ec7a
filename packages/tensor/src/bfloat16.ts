/**
 * float32 values of bfloat16 bit patterns, exact; NaN payloads are kept.
 *
 * @param out float32 to write into, at least as long as `halves`; a new array by default
 */
export function bfloat16ToFloat32(
  halves: Uint16Array,
  out: Float32Array = new Float32Array(halves.length),
): Float32Array {
  const bits = new Int32Array(out.buffer, out.byteOffset, halves.length);
  let i = 0;
  if (halves.byteOffset % 4 === 0) {
    // Two values a load: a third faster, and checkpoints are read through here.
    const pairs = new Int32Array(halves.buffer, halves.byteOffset, halves.length >> 1);
    for (let j = 0; j < pairs.length; j++, i += 2) {
      const pair = pairs[j];
      bits[i] = pair << 16;
      bits[i + 1] = pair & 0xffff0000;
    }
  }
  for (; i < halves.length; i++) bits[i] = halves[i] << 16;
  return out;
}

/**
 * bfloat16 bit patterns of float32 values, rounded half to even; NaN stays NaN (quiet, with the upper payload bits).
 *
 * @param out bit patterns to write into, at least as long as `values`; a new array by default
 */
export function float32ToBfloat16(
  values: Float32Array,
  out: Uint16Array = new Uint16Array(values.length),
): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i];
    // Adding the rounding bias to a NaN could carry into an infinity or a number.
    out[i] = (word & 0x7fffffff) > 0x7f800000 ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return out;
}
