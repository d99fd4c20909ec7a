import type { EvaluationInput } from "@sinqbench/datasets";
import { evaluate, type Progress, type Variant, type VariantResult } from "@sinqbench/evaluate";
import type { ModelFolder } from "./model-folder.ts";
import type { Session } from "./session.ts";
import { createProgress, type ProgressBar } from "./terminal/progress.ts";

export interface Evaluation {
  readonly model: ModelFolder;
  readonly variants: readonly Variant[];
  readonly inputs: readonly EvaluationInput[];
  readonly threads: number;
}

/** Runs every variant over every text in one pass over the checkpoint, with a progress bar per stage. */
export async function evaluateModel(session: Session, evaluation: Evaluation): Promise<VariantResult[]> {
  const { model, variants, inputs, threads } = evaluation;
  const windows = inputs.map(({ name, windows: { count, length } }) => `${count} x ${length} tokens of ${name}`);
  session.note(`${model.name}: ${variants.length} variant${variants.length === 1 ? "" : "s"}, ${windows.join(", ")}`);
  let bar: ProgressBar | undefined;
  let stage: Progress["stage"] | undefined;
  try {
    return await evaluate({
      modelDir: model.dir,
      variants,
      sets: inputs.map((input) => input.windows),
      threads,
      signal: session.io.signal,
      onProgress: (progress) => {
        if (progress.stage !== stage) {
          bar?.end();
          stage = progress.stage;
          bar = createProgress(session.io, { label: stage, total: progress.total, unit: "steps" });
        }
        bar?.update(progress.done, progress.note);
      },
    });
  } finally {
    bar?.end();
  }
}
