import { type Corpus, corpusInErrors } from "../corpus.ts";
import { documentBeyond } from "../messages.ts";
import type { ListedWindow } from "./frozen-windows.ts";

/**
 * The tokens of listed windows one after the other. A window ends with its document, so with another tokenizer than the
 * list was made with some are short, or empty; what follows moves up, as in the published code.
 *
 * @throws BenchError `document-beyond` when the list names a document that is not there
 */
export async function listedWindows(
  corpus: Corpus,
  encode: (text: string) => Int32Array,
  list: readonly ListedWindow[],
  window: number,
  onWindow?: (done: number) => Promise<void> | void,
): Promise<Int32Array> {
  const { documents } = corpus;
  const beyond = list.find(({ document }) => document >= documents.length);
  if (beyond) throw documentBeyond(corpusInErrors(corpus), beyond.document, documents.length);
  const ids = new Int32Array(list.length * window);
  let length = 0;
  for (const [i, { document, offset }] of list.entries()) {
    const tokens = encode(documents[document]!).subarray(offset, offset + window);
    ids.set(tokens, length);
    length += tokens.length;
    await onWindow?.(i + 1);
  }
  return ids.slice(0, length);
}
