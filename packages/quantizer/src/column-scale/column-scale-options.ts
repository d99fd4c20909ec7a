import type { ErrorNorm } from "@sinqbench/kernels";
import { type OptionRules, optionRule } from "../options/option-rules.ts";

/** Settings of the search for column scales. */
export interface ColumnScaleOptions {
  /** Candidates divide by the size of the column's weights too, as the published code does; equation 6 of the SINQ paper does not. */
  readonly weightTerm: boolean;
  /** What the search makes small: the mean magnitude of the outputs' differences, or of their squares. */
  readonly norm: ErrorNorm;
}

/** What values the search's settings take. */
export const columnScaleRules: OptionRules<ColumnScaleOptions> = {
  weightTerm: optionRule.flag,
  norm: optionRule.oneOf(["l1", "l2"]),
};
