import { type EvaluationInput, loadTokenizer, textFileInput, textInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import type { Variant } from "@sinqbench/evaluate";
import type { ModelFolder } from "./model-folder.ts";
import { defaultWindow } from "./protocol.ts";
import type { Session } from "./session.ts";

export interface CalibrationFlags {
  /** Name of an embedded text, or a text file. */
  calibration: string;
  calibrationWindows?: number;
}

/** The first embedded text, in any order the record may take later. */
export const DEFAULT_CALIBRATION = embeddedTexts[0].name;

/** Enough rows for second moments of the embedded model's widths, few enough to cost less than one variant. */
const CALIBRATION_TOKENS = 16_384;

/**
 * What the calibrated variants learn from, or undefined where none is. Windows come from the end of the text, so that those
 * scored, which come from its start, are not among them unless the text is short or scored whole.
 */
export async function calibrationInput(
  session: Session,
  model: ModelFolder,
  variants: readonly Variant[],
  flags: CalibrationFlags,
): Promise<EvaluationInput | undefined> {
  if (!variants.some(({ quantizer }) => quantizer?.needs)) return undefined;
  const length = defaultWindow(model.config.maxPositions);
  const limit = flags.calibrationWindows ?? Math.max(1, Math.floor(CALIBRATION_TOKENS / length));
  const tokenizer = await loadTokenizer(model.dir);
  const options = { length, limit, keep: "end" } as const;
  const embedded = embeddedTexts.find(({ name }) => name === flags.calibration);
  return embedded
    ? textInput(embedded, tokenizer, options)
    : textFileInput(session.path(flags.calibration), tokenizer, options);
}
