import { blockPrefix, hasExperts, ropeTables } from "@sinqbench/models";
import type { Encoded } from "@sinqbench/quantizer";
import { addBlockGraphs } from "./block-graphs.ts";
import { type BlockPart, blockParts } from "./block-parts.ts";
import { BlockSteps } from "./block-steps.ts";
import { type PartWeights, readPart, routerCorrection, variantWeights } from "./block-weights.ts";
import { Calibration } from "./calibration.ts";
import type { Chains } from "./chains.ts";
import type { Dispatch } from "./dispatch.ts";
import { embedStream } from "./embed-stream.ts";
import type { Evaluation } from "./evaluation.ts";
import { openMlpInputs } from "./mlp-inputs.ts";
import { readAhead } from "./read-weights.ts";
import { sayKept } from "./resume/say-kept.ts";
import { type RopeTables, runDense } from "./run-dense.ts";
import { runExpert } from "./run-expert.ts";
import { batchesOf, type Stream } from "./stream.ts";
import { WeightBuffers } from "./weight-buffers.ts";

/**
 * Takes every variant and window through embedding and all blocks that an earlier run has not done; the chains then hold the
 * input of the final norm. Returns by variant the routed experts that no calibration token reached.
 */
export async function runBlocks(evaluation: Evaluation): Promise<number[]> {
  const { options, config, stream } = evaluation;
  await embedStream(evaluation, stream, "variants");
  await addBlockGraphs(evaluation, stream, ["plain"]);
  const ropes = ropeTablesByLength(evaluation);
  const buffers = new WeightBuffers();
  const calibration = await Calibration.start(evaluation, ropes, buffers);
  const inputs = await openMlpInputs(options, config, stream.batches, options.variants.length);
  try {
    const blocks = new Blocks(evaluation, ropes, buffers, calibration, inputs);
    for (let index = 0; index < config.layers; index++) await blocks.run(index);
    return calibration?.unreachedExperts() ?? options.variants.map(() => 0);
  } finally {
    await inputs?.close();
    await calibration?.close();
  }
}

/**
 * The blocks of a model, one after the other: a part is read once, and all variants go through it. What lies between two blocks
 * is in the chains of the streams and in the tallies; all else is of one block. After a variant has passed a block, or all have
 * passed one with routed experts, an interrupted run continues there.
 */
class Blocks {
  /** Variants that are yet to pass the current block. */
  private active: readonly number[] = [];
  private observes = false;
  /** Who takes which expert in the current block, by variant. */
  private readonly dispatches: (Dispatch | null)[];
  private readonly steps: BlockSteps;
  private ahead = Promise.resolve();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly ropes: RopeTables,
    private readonly buffers: WeightBuffers,
    private readonly calibration: Calibration | null,
    private readonly inputs: Chains | null,
  ) {
    this.dispatches = evaluation.options.variants.map(() => null);
    this.steps = new BlockSteps(evaluation.options, evaluation.config, evaluation.checkpoint);
  }

  async run(index: number): Promise<void> {
    const { options, config, state } = this.evaluation;
    this.active = Array.from(options.variants.keys()).filter((v) => state.done("variants", v) === index);
    this.observes = this.calibration?.originalIsAt(index) ?? false;
    if (this.active.length === 0 && !this.observes) return;
    const parts = blockParts(config, index);
    for (const [p, part] of parts.entries()) {
      await this.ahead;
      const weights = await readPart(this.evaluation.checkpoint, part);
      this.ahead = this.readAhead(parts[p + 1] ?? this.firstPart(index + 1));
      await this.runPart(weights);
      const changes = part.routed && (part.expert === null || p + 1 === parts.length);
      if (changes) this.buffers.clear();
    }
    const together = hasExperts(config, index) ? this.active : [];
    for (const v of together) this.passed(v, index);
    if (this.observes) this.calibration!.originalPassed();
    if (together.length > 0 || this.observes) await this.commit();
  }

  private async runPart(weights: PartWeights): Promise<void> {
    const { options, runtime } = this.evaluation;
    const { part } = weights;
    if (this.observes) await this.calibration!.observeOriginal(weights);
    for (const v of this.active) {
      options.signal?.throwIfAborted();
      const variant = options.variants[v]!;
      const statistics = await this.calibration?.statistics(v, weights);
      const correction = routerCorrection(weights);
      const { modelDir: model, kernels } = options;
      const size = this.evaluation.tallies.sizes[v]!;
      const scales = await this.steps.scalesOf({ variant: v, weights, statistics });
      const encodings = options.onEncoded && new Map<string, Encoded>();
      const { buffers } = this;
      const request = { model, weights, variant, kernels, buffers, size, statistics, scales, encodings };
      const inputs = variantWeights(request);
      if (encodings && variant.quantizer) {
        const named = [...scales].map(([name, own]) => [`${blockPrefix(part.index)}${name}`, own] as const);
        await options.onEncoded!({ variant: v, matrices: encodings, scales: new Map(named) });
      }
      await runtime.setWeights(inputs);
      await this.calibration?.advance(v, part, correction);
      await this.runVariant(v, part, correction);
      this.buffers.giveBack(await runtime.releaseWeights());
      if (!part.routed) {
        this.passed(v, part.index);
        await this.commit();
      }
    }
  }

  private passed(v: number, index: number): void {
    const { state, stream } = this.evaluation;
    state.passed("variants", v, batchesOf(stream, v).length);
    this.calibration?.variantPassed(v, index);
  }

  private async commit(): Promise<void> {
    await this.evaluation.state.commit();
    sayKept(this.evaluation, false);
  }

  private async runVariant(v: number, part: BlockPart, correction: Float32Array | undefined): Promise<void> {
    const { evaluation, ropes } = this;
    const { stream, options } = evaluation;
    const note = `${part.note} ${options.variants[v]!.id}`;
    const inputs = this.inputs && { chains: this.inputs, slot: v };
    const run = { stream, chain: v, note, advance: true };
    if (part.expert === null) {
      this.dispatches[v] = await runDense(evaluation, { ...run, ropes, part, correction, inputs });
    } else {
      await runExpert(evaluation, { ...run, inputs: inputs!, dispatch: this.dispatches[v]!, expert: part.expert });
    }
  }

  private firstPart(index: number): BlockPart | undefined {
    return index < this.evaluation.config.layers ? blockParts(this.evaluation.config, index)[0] : undefined;
  }

  private readAhead(part: BlockPart | undefined): Promise<void> {
    return part ? readAhead(this.evaluation.checkpoint, part.tensors) : Promise.resolve();
  }
}

function ropeTablesByLength({ config, stream, calibration }: Evaluation): RopeTables {
  const batches = [stream, calibration].flatMap((each: Stream | null) => each?.batches ?? []);
  const lengths = new Set(batches.map((batch) => batch.length));
  return new Map(Array.from(lengths, (length) => [length, ropeTables(config.rope, config.rotaryDim, length)]));
}
