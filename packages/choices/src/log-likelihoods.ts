import type { ChoiceWindows } from "./choice-windows.ts";

/**
 * Log-likelihood of every answer given its context, in nats, summed in float64 over the answer's tokens.
 *
 * @param nll losses of the windows' sets in order, each float32 [count, length - 1]
 * @returns per item, per choice
 */
export function logLikelihoods({ sets, spans }: ChoiceWindows, nll: readonly Float32Array[]): number[][] {
  return spans.map((choices) =>
    choices.map(({ set, window, start, end }) => {
      // The loss of the token at position p is the (p - 1)th of its window.
      const first = window * (sets[set].length - 1) - 1;
      let sum = 0;
      for (let position = start; position < end; position++) sum -= nll[set][first + position];
      return sum;
    }),
  );
}
