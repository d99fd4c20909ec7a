import type { TextTokenizer } from "@sinqbench/datasets";
import type { ChoiceItem } from "./choice-item.ts";
import { encodeChoice } from "./encode-choice.ts";
import { choiceTooLong, emptyContinuation } from "./messages.ts";

/** The one space that stands between context and answer. */
const DELIMITER = " ";

/** Windows of one length, as the evaluator takes them. */
export interface ChoiceSet {
  readonly name: string;
  /** Tokens in a window. */
  readonly length: number;
  readonly count: number;
  /** [count, length]; what follows an answer is padding, which no earlier token sees. */
  readonly ids: Int32Array;
}

/** Where the losses of one answer are: those of tokens [start, end) of a window. */
export interface ChoiceSpan {
  /** Index of the set. */
  readonly set: number;
  readonly window: number;
  readonly start: number;
  readonly end: number;
}

/** A task's items as windows of tokens. */
export interface ChoiceWindows {
  readonly items: readonly ChoiceItem[];
  readonly sets: readonly ChoiceSet[];
  /** Per item, per choice. */
  readonly spans: readonly (readonly ChoiceSpan[])[];
}

/**
 * Lays out every answer of every item, after its context, as one window. Windows of like length make a set: shorter ones
 * are padded at the right, which changes nothing before it, since attention is causal. A context that is too long for the
 * model loses its beginning, as in lm-evaluation-harness (which keeps one token more: it does not run the last token).
 *
 * @param name of the task
 * @param maxPositions of the model: no window is longer
 * @throws BenchError `choice-too-long`, `empty-continuation`
 */
export function choiceWindows(
  name: string,
  items: readonly ChoiceItem[],
  tokenizer: Pick<TextTokenizer, "encode" | "bos">,
  maxPositions: number,
): ChoiceWindows {
  const encoded = items.map((item) =>
    item.choices.map((choice, i) => {
      const { ids, start } = encodeChoice(tokenizer, item.context, DELIMITER + choice);
      if (start >= ids.length) throw emptyContinuation(name, item.id, i);
      // The first token of a window is never predicted.
      const cut = Math.max(0, ids.length - maxPositions);
      if (cut >= start) throw choiceTooLong(name, item.id, ids.length - start, maxPositions);
      return { ids: ids.subarray(cut), start: start - cut };
    }),
  );
  const lengths = new Map<number, number>();
  for (const { ids } of encoded.flat()) {
    const length = windowLength(ids.length, maxPositions);
    lengths.set(length, (lengths.get(length) ?? 0) + 1);
  }
  const sets = [...lengths]
    .sort(([a], [b]) => a - b)
    .map(([length, count]) => ({ name: `${name}-${length}`, length, count, ids: new Int32Array(count * length) }));
  const filled = sets.map(() => 0);
  const spans = encoded.map((choices) =>
    choices.map(({ ids, start }) => {
      const length = windowLength(ids.length, maxPositions);
      const set = sets.findIndex((candidate) => candidate.length === length);
      const window = filled[set]++;
      sets[set].ids.set(ids, window * length);
      return { set, window, start, end: ids.length };
    }),
  );
  return { items, sets, spans };
}

/** Lengths a quarter of a power of two apart, at least 8: padding adds a tenth on the average, and sets stay few. */
function windowLength(tokens: number, maxPositions: number): number {
  const step = Math.max(8, 2 ** (Math.floor(Math.log2(tokens)) - 2));
  return Math.min(maxPositions, Math.ceil(tokens / step) * step);
}
