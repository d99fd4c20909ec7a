import { corpusInput } from "./corpus-input.ts";
import type { EvaluationInput, WindowOptions } from "./evaluation-input.ts";
import type { TextTokenizer } from "./load-tokenizer.ts";
import { parseProtocol } from "./protocols/parse-protocol.ts";
import { textCorpus } from "./text-corpus.ts";
import type { TextDataset } from "./text-dataset.ts";

/**
 * Windows of one text under the protocol `gptq-<length>`: tokenized whole, cut without overlap, the tail dropped.
 *
 * @throws BenchError `bad-window`, `bad-window-limit`, `text-too-short`
 */
export async function textInput(
  dataset: Pick<TextDataset, "name" | "label" | "load">,
  tokenizer: Pick<TextTokenizer, "encode" | "identity" | "bos">,
  { length, ...options }: WindowOptions,
): Promise<EvaluationInput> {
  return corpusInput(await textCorpus(dataset), tokenizer, parseProtocol(`gptq-${length}`), options);
}
