/**
 * The xoshiro128** generator of Blackman and Vigna (2018): 32 random bits a call, period 2^128 - 1. The four words of
 * state must not all be zero.
 */
export function xoshiro128(a: number, b: number, c: number, d: number): () => number {
  return () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
