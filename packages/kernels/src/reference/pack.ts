import { packedBytes } from "../packed-bytes.ts";

/** Packs codes (one per byte, each below 2^bits) in the layout that `packedBytes` describes. */
export function pack(codes: Uint8Array, bits: number): Uint8Array {
  const packed = new Uint8Array(packedBytes(codes.length, bits));
  for (let i = 0; i < codes.length; i++) {
    const at = bitOffset(i, bits);
    const shifted = codes[i] << (at & 7);
    packed[at >> 3] |= shifted;
    if (shifted > 255) packed[(at >> 3) + 1] |= shifted >> 8;
  }
  return packed;
}

/** The `count` codes that `pack` packed, one per byte. */
export function unpack(packed: Uint8Array, bits: number, count: number): Uint8Array {
  const codes = new Uint8Array(count);
  const mask = 2 ** bits - 1;
  for (let i = 0; i < count; i++) {
    const at = bitOffset(i, bits);
    const pair = packed[at >> 3] | ((packed[(at >> 3) + 1] ?? 0) << 8);
    codes[i] = (pair >> (at & 7)) & mask;
  }
  return codes;
}

/** First bit of code i: dense, but ten 3-bit codes fill a 32-bit word and leave its top two bits empty. */
function bitOffset(i: number, bits: number): number {
  return bits === 3 ? Math.floor(i / 10) * 32 + (i % 10) * 3 : i * bits;
}
