import { type OptionRules, optionRule } from "@sinqbench/quantizer";

/** Settings of GPTQ. */
export interface GptqOptions {
  /** Round columns of large second moment first, and group them in that order (`--act-order`). */
  readonly actOrder: boolean;
  /** Columns whose errors are spread over the rest together (`blocksize`). */
  readonly block: number;
  /** Share of the mean second moment that is added to each (`--percdamp`). */
  readonly damping: number;
}

export const gptqRules: OptionRules<GptqOptions> = {
  actOrder: optionRule.flag,
  block: optionRule.whole(1),
  damping: optionRule.share(1),
};
