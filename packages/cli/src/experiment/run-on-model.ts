import type { EvaluationInput } from "@sinqbench/datasets";
import type { Device, Variant } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { type CalibrationFlags, calibrationInput } from "../calibration-input.ts";
import type { EvaluatedModel, Evaluation } from "../evaluate-model.ts";
import { openModelFolder } from "../model-folder.ts";
import type { RevisionFlag } from "../options/revision.ts";
import type { Session } from "../session.ts";
import { evaluateWatched } from "./evaluate-watched.ts";
import { experimentInputs } from "./experiment-inputs.ts";
import type { WatchedRun } from "./status-file.ts";

/** What every experiment lets one choose of a run. */
export interface RunFlags extends CalibrationFlags, RevisionFlag {
  dataset?: string[];
  /** A .safetensors file of tokens, instead of texts. */
  tokens?: string;
  /** Protocols for texts that are named without one; default: their own. */
  protocols?: readonly string[];
  windows?: number;
  threads: number;
  device: Device;
  fresh: boolean;
  /** Where the run shows how far it is; default: nowhere. */
  watched?: WatchedRun;
}

export interface ModelRun extends Evaluation, EvaluatedModel {
  readonly inputs: readonly EvaluationInput[];
  readonly started: Date;
}

/** Evaluates variants of one model on the texts and the calibration text that the flags name. */
export async function runOnModel(
  session: Session,
  word: string,
  variants: readonly Variant[],
  flags: RunFlags,
  kernels: Kernels,
): Promise<ModelRun> {
  const model = await openModelFolder(session, word, flags.revision);
  const started = new Date();
  const inputs = await experimentInputs(session, model, flags);
  const calibration = await calibrationInput(session, model, variants, flags);
  session.io.signal.throwIfAborted();
  const { threads, device, fresh, watched } = flags;
  const evaluation = { model, variants, inputs, calibration, kernels, threads, device, fresh };
  return { ...evaluation, ...(await evaluateWatched(session, evaluation, watched)), started };
}
