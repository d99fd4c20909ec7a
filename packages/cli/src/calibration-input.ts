import { type EvaluationInput, fileCorpus, parseProtocol, tokensFileInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import type { Variant } from "@sinqbench/evaluate";
import { corpusWindows } from "./dataset/corpus-windows.ts";
import { namesDataset, parseDatasetWord } from "./dataset/dataset-word.ts";
import { openCorpus } from "./dataset/open-corpus.ts";
import type { ModelFolder } from "./model-folder.ts";
import { defaultWindow, protocolFor } from "./protocol.ts";
import type { Session } from "./session.ts";

export interface CalibrationFlags {
  /** A data set as `--dataset` takes it, a text file, or a .safetensors file of tokens as `--tokens` takes it. */
  calibration: string;
  calibrationWindows?: number;
}

/** The first embedded text, in any order the record may take later. */
export const DEFAULT_CALIBRATION = embeddedTexts[0].name;

/** Enough rows for second moments of the embedded model's widths, few enough to cost less than one variant. */
const CALIBRATION_TOKENS = 16_384;

/**
 * What the calibrated variants learn from, or undefined where none is. Windows come from the end of a text, so that those
 * scored, which come from its start, are not among them unless the text is short or scored whole; a data set made for
 * calibration is taken from its start.
 */
export async function calibrationInput(
  session: Session,
  model: ModelFolder,
  variants: readonly Variant[],
  flags: CalibrationFlags,
): Promise<EvaluationInput | undefined> {
  if (!variants.some(({ quantizer }) => quantizer?.needs)) return undefined;
  const { maxPositions } = model.config;
  const limit = (window: number) => flags.calibrationWindows ?? Math.max(1, Math.floor(CALIBRATION_TOKENS / window));
  if (flags.calibration.endsWith(".safetensors")) return tokenRows(session.path(flags.calibration), limit);
  if (!namesDataset(flags.calibration)) {
    const protocol = parseProtocol(`gptq-${defaultWindow(maxPositions)}`);
    const corpus = await fileCorpus(session.path(flags.calibration));
    return corpusWindows(session, model, corpus, protocol, { limit: limit(protocol.window), keep: "end" });
  }
  const word = parseDatasetWord(flags.calibration);
  const protocol = protocolFor(word, maxPositions);
  const keep = "manifest" in word.known && word.known.manifest.use === "calibration" ? "start" : "end";
  return corpusWindows(session, model, await openCorpus(session, word), protocol, {
    limit: limit(protocol.window),
    keep,
  });
}

/** Rows of a token file from its end: for a model without a tokenizer. */
async function tokenRows(path: string, limit: (window: number) => number): Promise<EvaluationInput> {
  const { windows } = await tokensFileInput(path, { limit: 1 });
  return tokensFileInput(path, { limit: limit(windows.length), keep: "end" });
}
