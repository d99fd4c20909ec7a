import { codebooks, type Encoded } from "@sinqbench/quantizer";
import { blockwise } from "./blockwise.ts";

/**
 * Values of FP4's codes 0 to 7 in bitsandbytes, by twelve: with exponent bits 00 the values 0 and 1 / 16, then 10 and 11 below
 * 01. Bit 3 is the sign; code 8, a negative zero, is not used.
 */
const TWELFTHS = [0, 0.0625, 8, 12, 4, 6, 2, 3];
const LEVELS = Float32Array.of(...TWELFTHS.map((x) => x / 12), ...TWELFTHS.map((x) => 0 - x / 12));

/** For a byte of two indices into the ascending levels, the byte of their codes. */
const RECODED = Uint8Array.from({ length: 256 }, (_, byte) => codeOf(byte & 15) | (codeOf(byte >> 4) << 4));

/** FP4 as bitsandbytes has it: the level nearest to w / max|w| of its block. */
export const fp4 = blockwise(
  {
    id: "fp4",
    label: "FP4 (BnB)",
    formula: "W ~ s * FP4[Q], s = max |W| of 64 weights in a row of the flattened matrix",
    source: "bitsandbytes, quantize_4bit with quant_type fp4",
    bits: [4],
    bitsNote: "its codebook has 16 levels",
    tilings: ["1d", "2d"],
    grouping: "flat",
  },
  codebooks.fp4,
  recode,
);

function recode(encoded: Encoded): Encoded {
  const codes = encoded.codes.map((byte) => RECODED[byte]);
  // An odd count leaves half a byte empty, and zeros must stay so.
  if ((encoded.rows * encoded.cols) % 2 !== 0) codes[codes.length - 1] &= 15;
  return { ...encoded, codes, levels: LEVELS };
}

function codeOf(index: number): number {
  return Math.max(0, LEVELS.indexOf(codebooks.fp4[index]));
}
