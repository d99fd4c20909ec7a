/** float32 bits of every float16, filled at first use: 256 KB that stay in the second-level cache. */
let table: Uint32Array | undefined;

function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal is fraction * 2^-24: shift its leading bit into the implicit place.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | ((fraction << (shift + 13)) & 0x7fffff);
}

/**
 * float32 values of float16 bit patterns (IEEE 754 binary16), exact; NaN payloads are kept.
 *
 * @param out float32 to write into, at least as long as `halves`; a new array by default
 */
export function float16ToFloat32(
  halves: Uint16Array,
  out: Float32Array = new Float32Array(halves.length),
): Float32Array {
  table ??= Uint32Array.from({ length: 0x10000 }, (_, half) => widen(half));
  const lookup = table;
  const bits = new Uint32Array(out.buffer, out.byteOffset, halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = lookup[halves[i]];
  return out;
}

/**
 * float16 bit patterns of float32 values, rounded half to even: from 65520 on infinity, below 2^-14 subnormal.
 * NaN stays NaN (quiet, with the upper payload bits), as the F16C instructions do.
 *
 * @param out bit patterns to write into, at least as long as `values`; a new array by default
 */
export function float32ToFloat16(values: Float32Array, out: Uint16Array = new Uint16Array(values.length)): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i];
    const magnitude = word & 0x7fffffff;
    let half: number;
    if (magnitude >= 0x47800000) {
      half = magnitude > 0x7f800000 ? 0x7e00 | ((magnitude >>> 13) & 0x3ff) : 0x7c00;
    } else if (magnitude >= 0x38800000) {
      // Rounding up the largest finite value carries into the exponent and gives infinity's pattern by itself.
      half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    } else {
      half = narrowSubnormal(magnitude);
    }
    out[i] = ((word >>> 16) & 0x8000) | half;
  }
  return out;
}

/** Rounds |x| < 2^-14 to a multiple of 2^-24, half to even. */
function narrowSubnormal(magnitude: number): number {
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return 0;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
