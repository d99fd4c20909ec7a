import { type EvaluationInput, tokensFileInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import type { Variant } from "@sinqbench/evaluate";
import { calibrationInput } from "../calibration-input.ts";
import type { PlanFlags } from "../commands/plan.ts";
import { defaultWindows, experimentInputs } from "../experiment/experiment-inputs.ts";
import { defaultWindow } from "../protocol.ts";
import type { Session } from "../session.ts";
import type { PlannedModel } from "./find-model.ts";

/** Windows by number and length. */
export interface Windows {
  readonly name: string;
  readonly count: number;
  readonly length: number;
}

export interface PlannedWindows {
  readonly sets: readonly Windows[];
  readonly calibration: Windows | undefined;
}

/** Windows of 2048 tokens: of WikiText-2's test split with Qwen's tokenizer, and of the paper's sample of C4. */
const PAPER_WINDOWS: Readonly<Record<string, number>> = { wikitext2: 146, c4: 256 };
/** Tokens that calibration takes unless told otherwise. */
const CALIBRATION_TOKENS = 16_384;

/**
 * The windows that an experiment would score: cut for real where the model's tokenizer is on the disk and its texts come along, else
 * counted as the paper has them.
 */
export async function plannedWindows(
  session: Session,
  model: PlannedModel,
  variants: readonly Variant[],
  flags: PlanFlags,
): Promise<PlannedWindows> {
  const { local } = model;
  if (flags.tokens !== undefined) {
    const input = await tokensFileInput(session.path(flags.tokens), { limit: flags.windows });
    return { sets: [windowsOf(input)], calibration: learning(model, variants, flags) };
  }
  if (local && !local.hub && flags.dataset === undefined) {
    const inputs = await experimentInputs(session, local, flags);
    const calibration = await calibrationInput(session, local, variants, flags);
    return { sets: inputs.map(windowsOf), calibration: calibration && windowsOf(calibration) };
  }
  const length = defaultWindow(model.config.maxPositions);
  const names = flags.dataset?.map((word) => word.split(/[:=]/)[0]) ?? Object.keys(PAPER_WINDOWS);
  const count = (name: string) => {
    const comesAlong = embeddedTexts.some((text) => text.name === name);
    const all = comesAlong ? defaultWindows(length) : (PAPER_WINDOWS[name] ?? PAPER_WINDOWS.c4);
    return Math.min(all, flags.windows ?? all);
  };
  return {
    sets: names.map((name) => ({ name, count: count(name), length })),
    calibration: learning(model, variants, flags),
  };
}

function learning({ config }: PlannedModel, variants: readonly Variant[], flags: PlanFlags): Windows | undefined {
  if (!variants.some(({ quantizer }) => quantizer?.needs)) return undefined;
  const length = defaultWindow(config.maxPositions);
  const count = flags.calibrationWindows ?? Math.max(1, Math.floor(CALIBRATION_TOKENS / length));
  return { name: "calibration", count, length };
}

function windowsOf({ name, windows: { count, length } }: EvaluationInput): Windows {
  return { name, count, length };
}
