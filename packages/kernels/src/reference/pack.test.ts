import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedBytes } from "../packed-bytes.ts";
import { pack, unpack } from "./pack.ts";

describe("pack", () => {
  it("puts the first code in the low bits", () => {
    expect([...pack(Uint8Array.of(1, 2, 3, 0, 2), 2)]).toEqual([0b00111001, 0b10]);
    expect([...pack(Uint8Array.of(0x1, 0x2, 0xf), 4)]).toEqual([0x21, 0x0f]);
    expect([...pack(Uint8Array.of(7, 200), 8)]).toEqual([7, 200]);
  });

  it("puts ten 3-bit codes into a little-endian word and leaves its top two bits empty", () => {
    const codes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0, 1, 7, 5);
    const word = [1, 2, 3, 4, 5, 6, 7, 0, 1, 7].reduce((sum, code, k) => sum + code * 8 ** k, 0);
    const packed = pack(codes, 3);
    expect(new DataView(packed.buffer).getUint32(0, true)).toBe(word);
    expect(new DataView(packed.buffer).getUint32(4, true)).toBe(5);
  });

  it("is a dense bit stream for 5, 6 and 7 bits", () => {
    for (const bits of [5, 6, 7]) {
      const codes = Uint8Array.of(3, 2 ** bits - 1, 1, 9, 16);
      const stream = [...codes].reduce((sum, code, k) => sum + BigInt(code) * (1n << BigInt(k * bits)), 0n);
      const packed = pack(codes, bits);
      expect([...packed].reduce((sum, byte, k) => sum + BigInt(byte) * (1n << BigInt(k * 8)), 0n)).toBe(stream);
      expect(packed).toHaveLength(Math.ceil((5 * bits) / 8));
    }
  });

  it("comes back from unpack for every width and length", () => {
    const sample = fc
      .integer({ min: 2, max: 8 })
      .chain((bits) => fc.tuple(fc.constant(bits), fc.uint8Array({ max: 2 ** bits - 1, maxLength: 100 })));
    fc.assert(
      fc.property(sample, ([bits, codes]) => {
        const packed = pack(codes, bits);
        expect(packed).toHaveLength(packedBytes(codes.length, bits));
        expect(unpack(packed, bits, codes.length)).toEqual(codes);
      }),
    );
  });
});
