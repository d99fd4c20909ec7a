import { type EvaluationInput, fileCorpus, parseProtocol, tokensFileInput } from "@sinqbench/datasets";
import type { EvalFlags } from "../commands/eval.ts";
import { corpusWindows } from "../dataset/corpus-windows.ts";
import { parseDatasetWord } from "../dataset/dataset-word.ts";
import { openCorpus } from "../dataset/open-corpus.ts";
import { oneInput, windowOfTokens } from "../messages.ts";
import type { ModelFolder } from "../model-folder.ts";
import { defaultWindow, protocolFor } from "../protocol.ts";
import type { Session } from "../session.ts";

type InputFlags = Pick<EvalFlags, "dataset" | "text" | "tokens" | "window" | "windows">;

/** Throws UsageError unless exactly one text is named, and a known one. Reads nothing. */
export function checkInputFlags({ dataset, text, tokens }: InputFlags): void {
  const given = Object.entries({ dataset, text, tokens }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw oneInput(given.map(([name]) => `--${name}`));
  if (dataset !== undefined) parseDatasetWord(dataset);
}

/** The windows that the flags name, cut by the model's own tokenizer unless they are tokens already. */
export async function evalInput(session: Session, model: ModelFolder, flags: InputFlags): Promise<EvaluationInput> {
  const { maxPositions } = model.config;
  const { dataset, text, tokens, window, windows: limit } = flags;
  if (tokens !== undefined) {
    const path = session.path(tokens);
    const input = await tokensFileInput(path, { limit });
    const { length } = input.windows;
    if (window !== undefined && window !== length) throw windowOfTokens(path, window, length);
    return input;
  }
  if (text !== undefined) {
    const protocol = parseProtocol(`gptq-${window ?? defaultWindow(maxPositions)}`);
    return corpusWindows(session, model, await fileCorpus(session.path(text)), protocol, { limit });
  }
  const word = parseDatasetWord(dataset!);
  const protocol = protocolFor(word, maxPositions, window);
  return corpusWindows(session, model, await openCorpus(session, word), protocol, { limit });
}
