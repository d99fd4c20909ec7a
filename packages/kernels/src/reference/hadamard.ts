const f = Math.fround;

/**
 * Multiplies every block of `block` (a power of two) neighbours in a row by the normalized Hadamard matrix of Sylvester's order: its
 * entry (i, j) is (-1)^(ones of i & j) / sqrt(block), so it is symmetric and its own inverse.
 *
 * By butterflies of distance 1, 2, 4, ... in float32, then one product with the float32 nearest to 1 / sqrt(block). `out` may be
 * `x`.
 */
export function hadamard(x: Float32Array, block: number, out: Float32Array = new Float32Array(x.length)): Float32Array {
  out.set(x);
  for (let distance = 1; distance < block; distance *= 2) {
    for (let i = 0; i < out.length; i++) {
      if (i & distance) continue;
      const a = out[i];
      const b = out[i + distance];
      out[i] = a + b;
      out[i + distance] = a - b;
    }
  }
  const norm = f(1 / Math.sqrt(block));
  for (let i = 0; i < out.length; i++) out[i] *= norm;
  return out;
}
