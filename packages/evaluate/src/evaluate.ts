import { modelTensors, readModelConfig } from "@sinqbench/models";
import { type Batch, planBatches } from "./batches.ts";
import { planCalibration } from "./calibration-plan.ts";
import { checkSets } from "./check-sets.ts";
import { FlopMeter } from "./evaluation.ts";
import { GraphRuntime } from "./graph-runtime.ts";
import { messages } from "./messages.ts";
import { openWeights } from "./open-weights.ts";
import { checkTensors } from "./read-weights.ts";
import { openState } from "./resume/open-state.ts";
import { sayKept } from "./resume/say-kept.ts";
import { runBlocks } from "./run-blocks.ts";
import { runHead } from "./run-head.ts";
import { Scratch } from "./scratch.ts";
import { storedSizes } from "./stored-sizes.ts";
import type { EvaluateOptions, VariantResult } from "./types.ts";

/**
 * Evaluates all variants of a checkpoint in lockstep: a block is read once, and every variant takes every window through
 * it before the next block is computed. Peak memory is a block as it is stored and in float32 (of one with routed experts all
 * but these, or one of them), one batch, and a slice of lm_head.
 *
 * A checkpoint of `exp quantize --format packed`, or of 8-bit weights with scales, is evaluated by the weights that its
 * matrices decode to. Routed experts are read, quantized and run one at a time, for all their tokens: see `Blocks`.
 *
 * Calibrated variants learn from `calibration` block by block on the way: see `Calibration`.
 *
 * Losses are those of float32 arithmetic on the decoded weights (transformers in float32, to about 1e-6), and do not
 * depend on the number of threads. Nothing is written but temporary files, and in `work` what an interrupted run continues
 * with. Throws BenchError; `signal` aborts between runs.
 */
export async function evaluate(options: EvaluateOptions): Promise<VariantResult[]> {
  const config = await readModelConfig(options.modelDir);
  const calibrationChains = planCalibration(options);
  const calibrationSets = calibrationChains.length > 0 ? [options.calibration!] : [];
  checkSets(options.modelDir, config, [...options.sets, ...calibrationSets]);
  const checkpoint = await openWeights(options.modelDir, config, options.kernels);
  try {
    const tensors = modelTensors(config);
    checkTensors(checkpoint, tensors);
    const tallies = {
      sizes: options.variants.map(() => ({ bytes: 0, weights: 0 })),
      unreached: calibrationChains.map(() => ({ experts: 0 })),
    };
    const batches = planBatches(options.sets, options.batch);
    const calibrationBatches = planBatches(calibrationSets, options.batch);
    const layout = (count: number, of: readonly Batch[]) => ({
      count,
      lengths: of.map(({ tokens }) => tokens * config.hiddenSize),
    });
    const state = await openState(options, tallies, {
      variants: layout(options.variants.length, batches),
      calibration: layout(calibrationChains.length, calibrationBatches),
    });
    const { takes } = options;
    const count = options.variants.length;
    const stream = { sets: options.sets, batches, chains: state.variants, count, ...(takes && { takes }) };
    const calibration =
      calibrationSets.length > 0
        ? {
            sets: calibrationSets,
            batches: calibrationBatches,
            chains: state.calibration,
            count: calibrationChains.length,
          }
        : null;
    const runtime = GraphRuntime.start({ threads: options.threads, ...(options.device && { device: options.device }) });
    try {
      const calibrated = { chains: calibrationChains, batches: calibrationBatches };
      const meter = new FlopMeter(options, config, stream, calibrated, state);
      const scratch = new Scratch();
      const evaluation = {
        options,
        config,
        checkpoint,
        runtime,
        stream,
        calibration,
        state,
        tallies,
        meter,
        scratch,
      };
      if (state.found) sayKept(evaluation, true);
      const unreachedExperts = await runBlocks(evaluation);
      const losses = await runHead(evaluation);
      checkFinite(options, losses);
      const stored = storedSizes(checkpoint, tensors);
      return options.variants.map((variant, v) => ({
        variant,
        nll: losses[v]!.map((nll, set) => (takes && !takes(v, set) ? new Float32Array(0) : nll)),
        quantizedBytes: variant.quantizer ? tallies.sizes[v]!.bytes : stored.packed.bytes,
        quantizedWeights: variant.quantizer ? tallies.sizes[v]!.weights : stored.packed.weights,
        linearWeights: stored.linearWeights,
        otherBytes: stored.otherBytes,
        unreachedExperts: unreachedExperts[v]!,
      }));
    } finally {
      await runtime.close();
      await state.close();
    }
  } finally {
    await checkpoint.close();
  }
}

function checkFinite({ modelDir, variants, sets, takes }: EvaluateOptions, losses: readonly Float32Array[][]): void {
  for (const [v, perSet] of losses.entries()) {
    for (const [s, nll] of perSet.entries()) {
      if (takes && !takes(v, s)) continue;
      const bad = nll.findIndex((loss) => !Number.isFinite(loss));
      const { name, length } = sets[s]!;
      if (bad >= 0) throw messages.nonFiniteLoss(modelDir, variants[v]!.id, name, Math.floor(bad / (length - 1)));
    }
  }
}
