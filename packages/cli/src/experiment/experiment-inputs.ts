import { type EvaluationInput, loadTokenizer, textInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import type { ModelFolder } from "../model-folder.ts";
import { defaultWindow } from "../protocol.ts";

/**
 * Tokens of each text that an experiment scores unless `--windows` says otherwise: enough that a paired difference of one
 * percent stands clear of its error, few enough that the embedded model takes about a minute on two cores.
 */
export const DEFAULT_TOKENS = 32_768;

/** The texts that come with the repository, in windows of the model's own tokenizer. */
export async function experimentInputs(model: ModelFolder, windows: number | undefined): Promise<EvaluationInput[]> {
  const length = defaultWindow(model.config.maxPositions);
  const limit = windows ?? Math.max(1, Math.floor(DEFAULT_TOKENS / length));
  const tokenizer = await loadTokenizer(model.dir);
  const inputs: EvaluationInput[] = [];
  for (const text of embeddedTexts) inputs.push(await textInput(text, tokenizer, { length, limit }));
  return inputs;
}
