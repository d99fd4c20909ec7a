import { sha256Hex } from "@sinqbench/tensor";
import { type Corpus, corpusInErrors } from "./corpus.ts";
import { cutWindows } from "./cut-windows.ts";
import type { EvaluationInput } from "./evaluation-input.ts";
import type { TextTokenizer } from "./load-tokenizer.ts";
import { protocolName } from "./protocol-name.ts";
import { corpusText, documentsSha256 } from "./protocols/corpus-text.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { protocolSha256 } from "./protocols/protocol-hash.ts";
import { protocolIds, type TokenizeProgress } from "./protocols/protocol-ids.ts";
import { noTokenCache, type TokenCache } from "./tokens/token-cache.ts";

/** How much of a corpus is taken, and where its tokens are kept. */
export interface CorpusInputOptions {
  /** Keep only so many windows. */
  readonly limit?: number | undefined;
  /** Which windows a limit keeps; "end" is for calibration, which should not see the windows that are scored. */
  readonly keep?: "start" | "end";
  /** Where tokens are kept for the next time; by default nowhere. */
  readonly cache?: TokenCache;
  readonly onProgress?: TokenizeProgress | undefined;
}

/**
 * The windows of a corpus under a protocol. With another number of windows than the protocol's, its name says so.
 *
 * @throws BenchError `bad-window`, `bad-window-limit`, `text-too-short`, `documents-too-short`, `document-beyond`
 */
export async function corpusInput(
  corpus: Corpus,
  tokenizer: Pick<TextTokenizer, "encode" | "identity" | "bos">,
  protocol: Protocol,
  { limit, keep = "start", cache = noTokenCache, onProgress }: CorpusInputOptions = {},
): Promise<EvaluationInput> {
  const { name, label } = corpus;
  const { window, firstScored, rule } = protocol;
  const text = corpusText(corpus, rule);
  const textSha256 = text === null ? documentsSha256(corpus.documents) : sha256Hex(text);
  // The last windows of a draw are known only when all are drawn.
  const drawn = keep === "start" ? limit : undefined;
  const options = { cache, onProgress, limit: drawn };
  const all = await protocolIds(corpus, { value: text ?? "", sha256: textSha256 }, tokenizer, protocol, options);
  const { length, count, ids } = cutWindows(all, { length: window, limit, keep }, corpusInErrors(corpus));
  const whole = rule.kind === "drawn" ? rule.windows : Math.floor(all.length / length);
  return {
    name,
    label,
    protocol: protocolName(protocol.name, count, whole, keep),
    protocolSha256: protocolSha256(protocol),
    windows: { name, length, count, ids, firstScored },
    textSha256,
    tokensSha256: sha256Hex(ids),
  };
}
