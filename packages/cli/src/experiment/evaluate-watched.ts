import { type EvaluatedModel, type Evaluation, type EvaluationState, evaluateModel } from "../evaluate-model.ts";
import type { Session } from "../session.ts";
import { StatusFile, type WatchedRun } from "./status-file.ts";

/** Evaluates with a status file beside the results, where there is somewhere to watch; it is gone when this returns or throws. */
export async function evaluateWatched(
  session: Session,
  evaluation: Evaluation,
  watched: WatchedRun | undefined,
): Promise<EvaluatedModel> {
  if (!watched) return evaluateModel(session, evaluation);
  const status = new StatusFile(watched, evaluation.model.name, evaluation.variants, evaluation.inputs);
  try {
    return await evaluateModel(session, { ...evaluation, onState: (state: EvaluationState) => status.update(state) });
  } finally {
    await status.end();
  }
}
