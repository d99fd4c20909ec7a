import { blocksFlops, denseFlops, headFlops, type ModelConfig } from "@sinqbench/models";
import type { TensorSource } from "@sinqbench/tensor";
import type { Batch } from "./batches.ts";
import { type CalibrationChain, calibrationFlops } from "./calibration-plan.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { GraphRuntime } from "./graph-runtime.ts";
import type { Scratch } from "./scratch.ts";
import type { Stream } from "./stream.ts";
import type { EvaluateOptions, Progress } from "./types.ts";

/** What the stages of one evaluation share. */
export interface Evaluation {
  readonly options: EvaluateOptions;
  readonly config: ModelConfig;
  readonly checkpoint: TensorSource;
  readonly runtime: GraphRuntime;
  /** Windows to score, one chain per variant. */
  readonly stream: Stream;
  /** Windows to calibrate with, one chain per `CalibrationChain`; null where no variant needs them. */
  readonly calibration: Stream | null;
  readonly meter: FlopMeter;
  /** Buffers for the tokens of routed experts. */
  readonly scratch: Scratch;
}

/** Progress and speed in floating-point operations: unlike blocks and slices of the head, they are alike in cost. */
export class FlopMeter {
  private done = 0;
  readonly total: number;

  constructor(
    private readonly options: EvaluateOptions,
    private readonly config: ModelConfig,
    batches: readonly Batch[],
    calibration: { readonly chains: readonly CalibrationChain[]; readonly batches: readonly Batch[] },
  ) {
    this.total =
      options.variants.length *
        batches.reduce(
          (sum, batch) => sum + batch.windows * blocksFlops(config, batch.length) + this.head(batch, config.vocabSize),
          0,
        ) +
      calibrationFlops(config, calibration.chains, calibration.batches);
  }

  /** All of a block but its routed experts. */
  dense(batch: Batch, index: number): number {
    return batch.windows * denseFlops(this.config, batch.length, index);
  }

  head(batch: Batch, rows: number): number {
    return batch.windows * headFlops(this.config, batch.length, rows);
  }

  add(stage: Progress["stage"], flops: number, seconds: number, note: string): void {
    this.done += flops;
    this.options.onRun?.({ stage, flops, seconds });
    this.options.onProgress?.({ stage, done: this.done, total: this.total, note });
  }
}

/** Runs a graph that is counted, unless the user asked to stop. */
export async function runCounted(
  { options, runtime, meter }: Evaluation,
  stage: Progress["stage"],
  graph: string,
  feeds: NamedTensors,
  fetches: NamedTensors,
  flops: number,
  note: string,
): Promise<NamedTensors> {
  options.signal?.throwIfAborted();
  const { tensors, seconds } = await runtime.run(graph, feeds, fetches);
  meter.add(stage, flops, seconds, note);
  return tensors;
}
