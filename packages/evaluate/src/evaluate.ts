import { type ModelConfig, modelTensors, readModelConfig } from "@sinqbench/models";
import { openUnpacked } from "@sinqbench/quantizer";
import { planBatches } from "./batches.ts";
import { planCalibration } from "./calibration-plan.ts";
import { openChains } from "./chains.ts";
import { checkSets } from "./check-sets.ts";
import { FlopMeter } from "./evaluation.ts";
import { GraphRuntime } from "./graph-runtime.ts";
import { messages } from "./messages.ts";
import { checkTensors } from "./read-weights.ts";
import { runBlocks } from "./run-blocks.ts";
import { runHead } from "./run-head.ts";
import { Scratch } from "./scratch.ts";
import { storedSizes } from "./stored-sizes.ts";
import type { Stream } from "./stream.ts";
import type { EvaluateOptions, VariantResult, WindowSet } from "./types.ts";

/**
 * Evaluates all variants of a checkpoint in lockstep: a block is read once, and every variant takes every window through
 * it before the next block is computed. Peak memory is two blocks in float32, one batch, and a slice of lm_head.
 *
 * A checkpoint of `exp quantize --format packed` is evaluated by the weights that its matrices decode to.
 *
 * Calibrated variants learn from `calibration` block by block on the way: see `Calibration`.
 *
 * Losses are those of float32 arithmetic on the decoded weights (transformers in float32, to about 1e-6), and do not
 * depend on the number of threads. Nothing is written but temporary files. Throws BenchError; `signal` aborts between
 * runs.
 */
export async function evaluate(options: EvaluateOptions): Promise<VariantResult[]> {
  const config = await readModelConfig(options.modelDir);
  const calibrationChains = planCalibration(options);
  const calibrationSets = calibrationChains.length > 0 ? [options.calibration!] : [];
  checkSets(options.modelDir, config, [...options.sets, ...calibrationSets]);
  const checkpoint = await openUnpacked(options.modelDir, options.kernels);
  try {
    const tensors = modelTensors(config);
    checkTensors(checkpoint, tensors);
    const stream = await openStream(options, config, options.sets, options.variants.length);
    const calibration =
      calibrationSets.length > 0 ? await openStream(options, config, calibrationSets, calibrationChains.length) : null;
    const runtime = GraphRuntime.start({ threads: options.threads });
    try {
      const calibrated = { chains: calibrationChains, batches: calibration?.batches ?? [] };
      const meter = new FlopMeter(options, config, stream.batches, calibrated);
      const scratch = new Scratch();
      const evaluation = { options, config, checkpoint, runtime, stream, calibration, meter, scratch };
      const { sizes, unreachedExperts } = await runBlocks(evaluation);
      const losses = await runHead(evaluation);
      checkFinite(options, losses);
      const stored = storedSizes(checkpoint, tensors);
      return options.variants.map((variant, v) => ({
        variant,
        nll: losses[v]!,
        quantizedBytes: variant.quantizer ? sizes[v]!.bytes : stored.packed.bytes,
        quantizedWeights: variant.quantizer ? sizes[v]!.weights : stored.packed.weights,
        linearWeights: stored.linearWeights,
        otherBytes: stored.otherBytes,
        unreachedExperts: unreachedExperts[v]!,
      }));
    } finally {
      await runtime.close();
      await stream.chains.close();
      await calibration?.chains.close();
    }
  } finally {
    await checkpoint.close();
  }
}

async function openStream(
  { batch, chainMemoryBytes }: EvaluateOptions,
  { hiddenSize }: ModelConfig,
  sets: readonly WindowSet[],
  count: number,
): Promise<Stream> {
  const batches = planBatches(sets, batch);
  const lengths = batches.map(({ tokens }) => tokens * hiddenSize);
  return { sets, batches, count, chains: await openChains(count, lengths, chainMemoryBytes) };
}

function checkFinite({ modelDir, variants, sets }: EvaluateOptions, losses: readonly Float32Array[][]): void {
  for (const [v, perSet] of losses.entries()) {
    for (const [s, nll] of perSet.entries()) {
      const bad = nll.findIndex((loss) => !Number.isFinite(loss));
      const { name, length } = sets[s]!;
      if (bad >= 0) throw messages.nonFiniteLoss(modelDir, variants[v]!.id, name, Math.floor(bad / (length - 1)));
    }
  }
}
