import { ropeTables } from "@sinqbench/models";
import { addBlockGraphs } from "./block-graphs.ts";
import { type BlockPart, blockParts } from "./block-parts.ts";
import { type PartWeights, readPart, routerCorrection, type StoredSize, variantWeights } from "./block-weights.ts";
import { Calibration } from "./calibration.ts";
import type { Chains } from "./chains.ts";
import type { Dispatch } from "./dispatch.ts";
import { embedStream } from "./embed-stream.ts";
import type { Evaluation } from "./evaluation.ts";
import { openMlpInputs } from "./mlp-inputs.ts";
import { readAhead } from "./read-weights.ts";
import { type RopeTables, runDense } from "./run-dense.ts";
import { runExpert } from "./run-expert.ts";
import type { Stream } from "./stream.ts";
import { WeightBuffers } from "./weight-buffers.ts";

/** What the blocks leave beside the chains, by variant. */
export interface BlockResults {
  readonly sizes: readonly StoredSize[];
  /** Routed experts that no calibration token reached. */
  readonly unreachedExperts: readonly number[];
}

/** Takes every variant and window through embedding and all blocks; the chains then hold the input of the final norm. */
export async function runBlocks(evaluation: Evaluation): Promise<BlockResults> {
  const { options, config, stream } = evaluation;
  await embedStream(evaluation, stream);
  await addBlockGraphs(evaluation, stream, ["plain"]);
  const ropes = ropeTablesByLength(evaluation);
  const buffers = new WeightBuffers();
  const calibration = await Calibration.start(evaluation, ropes, buffers);
  const inputs = await openMlpInputs(options, config, stream.batches, options.variants.length);
  try {
    const blocks = new Blocks(evaluation, ropes, buffers, calibration, inputs);
    for (let index = 0; index < config.layers; index++) await blocks.run(index);
    return { sizes: blocks.sizes, unreachedExperts: calibration?.unreachedExperts() ?? options.variants.map(() => 0) };
  } finally {
    await inputs?.close();
    await calibration?.close();
  }
}

/**
 * The blocks of a model, one after the other: a part is read once, and all variants go through it. What lies between two blocks
 * is in the chains of the streams and in `sizes`; all else is of one block.
 */
class Blocks {
  readonly sizes: StoredSize[];
  /** Who takes which expert in the current block, by variant. */
  private readonly dispatches: (Dispatch | null)[];
  private ahead = Promise.resolve();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly ropes: RopeTables,
    private readonly buffers: WeightBuffers,
    private readonly calibration: Calibration | null,
    private readonly inputs: Chains | null,
  ) {
    this.sizes = evaluation.options.variants.map(() => ({ bytes: 0, weights: 0 }));
    this.dispatches = evaluation.options.variants.map(() => null);
  }

  async run(index: number): Promise<void> {
    const parts = blockParts(this.evaluation.config, index);
    for (const [p, part] of parts.entries()) {
      await this.ahead;
      const weights = await readPart(this.evaluation.checkpoint, part);
      this.ahead = this.readAhead(parts[p + 1] ?? this.firstPart(index + 1));
      await this.runPart(weights);
      if (part.expert === null || p + 1 === parts.length) this.buffers.clear();
    }
  }

  private async runPart(weights: PartWeights): Promise<void> {
    const { options, runtime } = this.evaluation;
    const { part } = weights;
    await this.calibration?.observeOriginal(weights);
    const last = options.variants.length - 1;
    for (const [v, variant] of options.variants.entries()) {
      options.signal?.throwIfAborted();
      const statistics = await this.calibration?.statistics(v, weights);
      const correction = routerCorrection(weights);
      const { modelDir: model, kernels } = options;
      const buffers = v < last ? this.buffers : null;
      const size = this.sizes[v]!;
      await runtime.setWeights(variantWeights({ model, weights, variant, kernels, buffers, size, statistics }));
      await this.calibration?.advance(v, part, correction);
      await this.runVariant(v, part, correction);
      const released = await runtime.releaseWeights();
      if (v < last) this.buffers.giveBack(released);
    }
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
