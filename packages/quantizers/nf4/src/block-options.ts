import { checkOptions, type OptionRules, optionRule } from "@sinqbench/quantizer";
import { invalidBlockSize } from "./messages.ts";

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

export const blockRules: OptionRules<BlockOptions> = { doubleQuantization: optionRule.flag };

/** @throws BenchError `invalid-option`, `invalid-group-size` */
export function checkBlockOptions(method: string, options: BlockOptions, groupSize: number): void {
  checkOptions(method, blockRules, options);
  if (groupSize < LEAST_BLOCK || !Number.isInteger(Math.log2(groupSize))) throw invalidBlockSize(groupSize);
}
