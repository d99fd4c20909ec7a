import { blocksFlops, denseFlops, headFlops, type ModelConfig } from "@sinqbench/models";
import type { TensorSource } from "@sinqbench/tensor";
import type { Batch } from "./batches.ts";
import { type CalibrationChain, calibrationFlops } from "./calibration-plan.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { GraphRuntime } from "./graph-runtime.ts";
import type { RunState } from "./resume/run-state.ts";
import type { Scratch } from "./scratch.ts";
import { batchesOf, type Stream } from "./stream.ts";
import type { Tallies } from "./tallies.ts";
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
  /** How far the chains of both streams are, and what an earlier run left. */
  readonly state: RunState;
  readonly tallies: Tallies;
  readonly meter: FlopMeter;
  /** Buffers for the tokens of routed experts. */
  readonly scratch: Scratch;
}

/** Progress and speed in floating-point operations: unlike blocks and slices of the head, they are alike in cost. */
export class FlopMeter {
  private done = 0;
  private left: number;

  /** What an earlier run has done is no part of the total. */
  constructor(
    private readonly options: EvaluateOptions,
    private readonly config: ModelConfig,
    stream: Stream,
    calibration: { readonly chains: readonly CalibrationChain[]; readonly batches: readonly Batch[] },
    state: Pick<RunState, "done">,
  ) {
    this.left =
      sum(options.variants.keys(), (chain) => {
        const from = state.done("variants", chain);
        return sum(batchesOf(stream, chain), (index) => {
          const batch = stream.batches[index]!;
          return batch.windows * blocksFlops(config, batch.length, from) + this.head(batch, config.vocabSize);
        });
      }) +
      calibrationFlops(config, calibration.chains, calibration.batches, (chain) => state.done("calibration", chain));
  }

  /** All of a block but its routed experts. */
  dense(batch: Batch, index: number): number {
    return batch.windows * denseFlops(this.config, batch.length, index);
  }

  head(batch: Batch, rows: number): number {
    return batch.windows * headFlops(this.config, batch.length, rows);
  }

  /** These were done by an earlier run. */
  skip(flops: number): void {
    this.left -= flops;
  }

  add(stage: Progress["stage"], flops: number, seconds: number, note: string): void {
    this.done += flops;
    this.options.onRun?.({ stage, flops, seconds });
    this.options.onProgress?.({ stage, done: this.done, total: this.left, note });
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

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
