import type { Corpus } from "../corpus.ts";
import type { TextTokenizer } from "../load-tokenizer.ts";
import type { TokenCache } from "../tokens/token-cache.ts";
import { drawnWindows } from "./drawn-windows.ts";
import { frozenWindows } from "./frozen-windows.ts";
import { listedWindows } from "./listed-windows.ts";
import type { Protocol } from "./protocol.ts";

/** Called while a text is tokenized: first with 0, then after every document; one step may take seconds. */
export type TokenizeProgress = (done: number, total: number) => Promise<void> | void;

export interface ProtocolIdsOptions {
  readonly cache: TokenCache;
  readonly onProgress?: TokenizeProgress | undefined;
  /** No more windows than these will be used. */
  readonly limit?: number | undefined;
}

/**
 * The tokens that a protocol cuts into windows, one after the other, without the tail that a rule's own limit drops.
 *
 * @param text of the corpus under the protocol's rule (empty where the rule tokenizes documents), and what tells the corpus apart
 */
export async function protocolIds(
  corpus: Corpus,
  text: { readonly value: string; readonly sha256: string },
  tokenizer: Pick<TextTokenizer, "encode" | "identity" | "bos">,
  { window, rule }: Protocol,
  { cache, onProgress, limit }: ProtocolIdsOptions,
): Promise<Int32Array> {
  const key = [text.sha256, tokenizer.identity];
  const whole = () =>
    cache.ids([...key, "whole"], async () => {
      await onProgress?.(0, 1);
      return tokenizer.encode(text.value);
    });
  switch (rule.kind) {
    case "joined":
      return atMost(await whole(), rule.windows, window);
    case "file": {
      const ids = await whole();
      return tokenizer.bos === null ? ids : withFirst(ids, tokenizer.bos, window);
    }
    case "drawn": {
      const windows = Math.min(rule.windows, limit ?? rule.windows);
      return cache.ids([...key, "drawn", `${rule.seed}`, `${window}`, `${windows}`], () =>
        drawnWindows(corpus, tokenizer.encode, { seed: rule.seed, window, windows }, (done) =>
          onProgress?.(done, windows),
        ),
      );
    }
    case "listed": {
      const list = frozenWindows();
      const ids = await cache.ids([...key, "listed", rule.listSha256, `${window}`], () =>
        listedWindows(corpus, tokenizer.encode, list, window, (done) => onProgress?.(done, list.length)),
      );
      return atMost(ids, rule.windows, window);
    }
  }
}

function atMost(ids: Int32Array, windows: number | undefined, window: number): Int32Array {
  return windows === undefined ? ids : ids.subarray(0, windows * window);
}

/** `first`, then `ids`, with `first` once more in place of the first token of every window, as llama.cpp's tool has it. */
function withFirst(ids: Int32Array, first: number, window: number): Int32Array {
  const all = new Int32Array(ids.length + 1);
  all.set(ids, 1);
  for (let start = 0; start < all.length; start += window) all[start] = first;
  return all;
}
