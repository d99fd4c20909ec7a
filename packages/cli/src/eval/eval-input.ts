import { type EvaluationInput, loadTokenizer, textFileInput, textInput, tokensFileInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import type { EvalFlags } from "../commands/eval.ts";
import { oneInput, unknownDataset, windowOfTokens, windowTooLong } from "../messages.ts";
import type { ModelFolder } from "../model-folder.ts";
import { defaultWindow } from "../protocol.ts";
import type { Session } from "../session.ts";

type InputFlags = Pick<EvalFlags, "dataset" | "text" | "tokens" | "window" | "windows">;

/** Throws UsageError unless exactly one text is named, and a known one. Reads nothing. */
export function checkInputFlags({ dataset, text, tokens }: InputFlags): void {
  const given = Object.entries({ dataset, text, tokens }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw oneInput(given.map(([name]) => `--${name}`));
  const known = embeddedTexts.map(({ name }) => name);
  if (dataset !== undefined && !known.includes(dataset)) throw unknownDataset(dataset, known);
}

/** The windows that the flags name, cut by the model's own tokenizer unless they are tokens already. */
export async function evalInput(session: Session, model: ModelFolder, flags: InputFlags): Promise<EvaluationInput> {
  const { maxPositions } = model.config;
  const limit = flags.windows;
  if (flags.tokens !== undefined) {
    const path = session.path(flags.tokens);
    const input = await tokensFileInput(path, { limit });
    const { length } = input.windows;
    if (flags.window !== undefined && flags.window !== length) throw windowOfTokens(path, flags.window, length);
    return input;
  }
  const length = flags.window ?? defaultWindow(maxPositions);
  if (length > maxPositions) throw windowTooLong(model.dir, length, maxPositions);
  const tokenizer = await loadTokenizer(model.dir);
  if (flags.text !== undefined) return textFileInput(session.path(flags.text), tokenizer, { length, limit });
  return textInput(embeddedTexts.find(({ name }) => name === flags.dataset)!, tokenizer, { length, limit });
}
