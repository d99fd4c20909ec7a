import type { EvaluationInput } from "@sinqbench/datasets";
import { evaluate, type Variant } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import type { ModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import { EvaluationProgress } from "../terminal/evaluation-progress.ts";
import { type Clock, Stopwatch, systemClock } from "./stopwatch.ts";
import { timedQuantizer } from "./timed-quantizer.ts";

export interface TimingRequest {
  readonly model: ModelFolder;
  readonly variant: Variant;
  /** What a calibrated method learns from. */
  readonly calibration: EvaluationInput | undefined;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly repeats: number;
}

/** Seconds of one method for all linear layers of a model. */
export interface MethodTime {
  /** Weights that were quantized. */
  readonly weights: number;
  /** Inside the method, by repeat. */
  readonly seconds: readonly number[];
  readonly calibrationSeconds: number;
  readonly statisticsSeconds: number;
}

/** Takes a model through the evaluator as far as its layers are quantized, and scores nothing. */
export async function timeMethod(
  session: Session,
  { model, variant, calibration, kernels, threads, repeats }: TimingRequest,
  clock: Clock = systemClock,
): Promise<MethodTime> {
  const watch = new Stopwatch(repeats, clock);
  const quantizer = timedQuantizer(variant.quantizer!, watch);
  const bar = new EvaluationProgress(session.io, `${model.name} ${variant.id}`);
  let lastRun = 0;
  try {
    const [{ quantizedWeights }] = await evaluate({
      modelDir: model.dir,
      variants: [{ ...variant, quantizer }],
      sets: [],
      ...(quantizer.needs && calibration && { calibration: calibration.windows }),
      kernels,
      threads,
      signal: session.io.signal,
      onRun: ({ seconds }) => {
        lastRun = seconds;
      },
      onProgress: ({ done, total, note }) => {
        watch.ran(lastRun, note);
        bar.update({ done, total, note });
      },
    });
    const { method, calibration: calibrationSeconds, statistics: statisticsSeconds } = watch;
    return { weights: quantizedWeights, seconds: method, calibrationSeconds, statisticsSeconds };
  } finally {
    bar.end();
  }
}
