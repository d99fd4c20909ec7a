/**
 * Bytes that `count` codes of `bits` bits take when packed.
 *
 * 3-bit codes go ten to a little-endian 32-bit word (3.2 bits each, as the published code stores them); every other
 * width is a dense little-endian bit stream.
 */
export function packedBytes(count: number, bits: number): number {
  return bits === 3 ? Math.ceil(count / 10) * 4 : Math.ceil((count * bits) / 8);
}
