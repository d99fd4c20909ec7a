import { type Corpus, corpusInErrors } from "../corpus.ts";
import { documentsTooShort } from "../messages.ts";
import { pythonRandom } from "../random/python-random.ts";

export interface DrawnWindows {
  readonly seed: number;
  readonly window: number;
  readonly windows: number;
}

/**
 * Windows drawn as the GPTQ scripts draw them: with Python's generator after `random.seed(seed)`, for every window a
 * document by `randint(0, n - 1)`, again until it has more than `window` tokens, then the window's start by
 * `randint(0, tokens - window - 1)`. The last possible start is never drawn, as there.
 *
 * @param onWindow called after every document that was tokenized, with the number of windows found so far
 * @returns ids, int32 [windows, window]
 * @throws BenchError `documents-too-short` when no document has more tokens than a window
 */
export async function drawnWindows(
  corpus: Corpus,
  encode: (text: string) => Int32Array,
  { seed, window, windows }: DrawnWindows,
  onWindow?: (done: number) => Promise<void> | void,
): Promise<Int32Array> {
  const { documents } = corpus;
  const random = pythonRandom(seed);
  const short = new Set<number>();
  const ids = new Int32Array(windows * window);
  for (let done = 0; done < windows; ) {
    const index = random.randint(0, documents.length - 1);
    if (short.has(index)) continue;
    const tokens = encode(documents[index]!);
    if (tokens.length > window) {
      const start = random.randint(0, tokens.length - window - 1);
      ids.set(tokens.subarray(start, start + window), done++ * window);
    } else {
      short.add(index);
      if (short.size === documents.length) throw documentsTooShort(corpusInErrors(corpus), documents.length, window);
    }
    await onWindow?.(done);
  }
  return ids;
}
