import type { TextTokenizer } from "@sinqbench/datasets";
import { rstrip } from "./python-text.ts";

/** A context and one answer as tokens. */
export interface EncodedChoice {
  readonly ids: Int32Array;
  /** Position in `ids` of the answer's first token. */
  readonly start: number;
}

/**
 * Tokens of a context and a continuation, split where lm-evaluation-harness splits them (`_encode_pair`): white space at the
 * context's end goes to the continuation; both are tokenized together, and the continuation is what follows as many
 * tokens as the context alone has. The tokenizer's first token, where it has one, comes first.
 */
export function encodeChoice(
  { encode, bos }: Pick<TextTokenizer, "encode" | "bos">,
  context: string,
  continuation: string,
): EncodedChoice {
  const stripped = rstrip(context);
  const whole = encode(context + continuation);
  const start = encode(stripped).length;
  if (bos === null) return { ids: whole, start };
  const ids = new Int32Array(whole.length + 1);
  ids[0] = bos;
  ids.set(whole, 1);
  return { ids, start: start + 1 };
}
