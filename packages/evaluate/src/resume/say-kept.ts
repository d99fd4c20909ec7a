import type { Evaluation } from "../evaluation.ts";

/** Tells the caller the block at which a run that stops now continues; one more than there are: at the head. */
export function sayKept({ options, config, state }: Evaluation, found: boolean): void {
  const done = options.variants.map((_, v) => state.done("variants", v));
  options.onKept?.({ block: Math.min(...done) + 1, blocks: config.layers, found });
}
