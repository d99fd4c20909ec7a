import type { ChoiceItem } from "./choice-item.ts";
import { length } from "./python-text.ts";

/** What a model chose, per item. */
export interface Predictions {
  /** The answer of the highest log-likelihood; the first of equals. */
  readonly plain: readonly number[];
  /** Of the highest log-likelihood per character. */
  readonly normalized: readonly number[];
}

/** A share of items, from 0 to 1, with its standard error; null for one item. */
export interface Share {
  readonly value: number;
  readonly se: number | null;
}

/**
 * What log-likelihoods choose, plainly (`acc` of lm-evaluation-harness) and per character of the answer (`acc_norm`: there
 * the length is Python's `len`, characters and not bytes, without the space before the answer).
 */
export function predictions(items: readonly ChoiceItem[], logLikelihoods: readonly (readonly number[])[]): Predictions {
  return {
    plain: logLikelihoods.map(highest),
    normalized: logLikelihoods.map((values, i) =>
      highest(values.map((value, choice) => value / length(items[i].choices[choice]))),
    ),
  };
}

/** Share of right answers. */
export function accuracy(items: readonly ChoiceItem[], predicted: readonly number[]): Share {
  return share(predicted.map((choice, i) => choice === items[i].answer));
}

/** Share of items that are answered otherwise than by a baseline, whether rightly or not. */
export function flipRate(predicted: readonly number[], baseline: readonly number[]): Share {
  return share(predicted.map((choice, i) => choice !== baseline[i]));
}

function highest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** Mean of yes and no, and its standard error with n - 1, as the harness computes it. */
function share(yes: readonly boolean[]): Share {
  const n = yes.length;
  const value = yes.filter(Boolean).length / n;
  return { value, se: n < 2 ? null : Math.sqrt((value * (1 - value)) / (n - 1)) };
}
