import type { EvaluationInput } from "@sinqbench/datasets";
import { evaluate, type Variant, type VariantResult } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { modelTensors } from "@sinqbench/models";
import { sayHalvedGroups } from "./halved-groups.ts";
import type { ModelFolder } from "./model-folder.ts";
import { storedBits } from "./rows.ts";
import type { Session } from "./session.ts";
import { createProgress, type ProgressBar } from "./terminal/progress.ts";
import { measure } from "./terminal/quantity.ts";

export interface Evaluation {
  readonly model: ModelFolder;
  readonly variants: readonly Variant[];
  readonly inputs: readonly EvaluationInput[];
  /** What calibrated variants learn from. */
  readonly calibration?: EvaluationInput | undefined;
  readonly kernels: Kernels;
  readonly threads: number;
}

/** Runs every variant over every text in one pass over the checkpoint, with a progress bar. */
export async function evaluateModel(session: Session, evaluation: Evaluation): Promise<VariantResult[]> {
  const { model, variants, inputs, calibration, kernels, threads } = evaluation;
  const windows = inputs.map(({ name, windows: { count, length } }) => `${count} x ${length} tokens of ${name}`);
  session.note(`${model.name}: ${variants.map(({ id }) => id).join(", ")}; ${windows.join(", ")}`);
  if (calibration) {
    const { count, length } = calibration.windows;
    session.note(`calibration on ${count} x ${length} tokens of ${calibration.name} (${calibration.protocol})`);
  }
  const linear = modelTensors(model.config).filter(({ kind }) => kind === "linear");
  for (const groupSize of new Set(variants.map(({ config }) => config?.groupSize))) {
    if (groupSize !== undefined) sayHalvedGroups(session, model.dir, linear, groupSize);
  }
  let bar: ProgressBar | undefined;
  try {
    const results = await evaluate({
      modelDir: model.dir,
      variants,
      sets: inputs.map((input) => input.windows),
      ...(calibration && { calibration: calibration.windows }),
      kernels,
      threads,
      signal: session.io.signal,
      onProgress: ({ done, total, note }) => {
        bar ??= createProgress(session.io, {
          label: model.name,
          total,
          rate: (perSecond) => measure(perSecond, "FLOP/s"),
        });
        bar.update(done, note);
      },
    });
    bar?.end();
    const bits = results.filter(({ variant }) => !variant.quantizer).map(storedBits)[0];
    if (bits !== undefined) {
      session.note(
        `bf16 stands for ${model.name} as it is stored: packed, ${bits.toFixed(4)} bits per quantized weight`,
      );
    }
    return results;
  } finally {
    bar?.end();
  }
}
