import { invalidBlockOption, invalidBlockSize } from "./messages.ts";

/** Settings of `nf4` and `fp4` beyond the common ones. */
export interface BlockOptions {
  /**
   * Store the blocks' scales in 8 bits: less their mean, in blocks of 256, as dynamic 8-bit numbers. `aux` then has no say in
   * them.
   */
  readonly doubleQuantization: boolean;
}

/** Block sizes of bitsandbytes are powers of two; 4-bit codes of a block then fill whole bytes. */
const LEAST_BLOCK = 2;

/** @throws BenchError `invalid-block-option`, `invalid-group-size` */
export function checkBlockOptions({ doubleQuantization }: BlockOptions, groupSize: number): void {
  if (typeof doubleQuantization !== "boolean") {
    throw invalidBlockOption("doubleQuantization", doubleQuantization, "true or false");
  }
  if (groupSize < LEAST_BLOCK || !Number.isInteger(Math.log2(groupSize))) throw invalidBlockSize(groupSize);
}
