import { expertSites, type ProbeSite, probeSites } from "@sinqbench/models";
import { ActivationCollector, type LayerStatistics } from "@sinqbench/quantizer";
import { BenchError } from "@sinqbench/tensor";
import { addBlockGraphs } from "./block-graphs.ts";
import type { BlockPart } from "./block-parts.ts";
import { originalWeights, type PartWeights, routerCorrection } from "./block-weights.ts";
import { type CalibrationChain, planCalibration, sumsProducts } from "./calibration-plan.ts";
import type { Chains } from "./chains.ts";
import type { Dispatch } from "./dispatch.ts";
import { embedStream } from "./embed-stream.ts";
import type { Evaluation } from "./evaluation.ts";
import { messages } from "./messages.ts";
import { type MlpInputs, openMlpInputs } from "./mlp-inputs.ts";
import type { Weights } from "./read-weights.ts";
import { type RopeTables, runDense } from "./run-dense.ts";
import { type ExpertRun, probeUnreached, runExpert } from "./run-expert.ts";
import { addSecondMomentGraph, addSecondMoments } from "./second-moments.ts";
import { batchesOf, type Stream } from "./stream.ts";
import type { WeightBuffers } from "./weight-buffers.ts";

/** Statistics of the linear layers of a part of a block, by the graph input of their weight. */
export type PartStatistics = ReadonlyMap<string, LayerStatistics>;

type Collectors = ReadonlyMap<string, ActivationCollector>;

/**
 * What calibrated quantizers learn, part by part. All with an original prefix share one chain through the unquantized
 * blocks. One with a quantized prefix has its own: the layers of a block see what its quantized blocks before give, through
 * the block's own unquantized layers (GPTQ without `true_sequential`).
 *
 * A routed expert learns from exactly the tokens that the router sends to it. One that no token reaches learns from all tokens of
 * the first calibration window, as if they were its own, and is counted.
 */
export class Calibration {
  private original: Collectors = new Map();
  /** Who takes which expert in the current block, by chain: of its unquantized layers, and of its quantized ones. */
  private readonly observed: (Dispatch | null)[] = [];
  private readonly advanced: (Dispatch | null)[] = [];

  private constructor(
    private readonly evaluation: Evaluation,
    private readonly stream: Stream,
    private readonly chains: readonly CalibrationChain[],
    private readonly ropes: RopeTables,
    private readonly buffers: WeightBuffers,
    private readonly inputs: Chains | null,
  ) {}

  /** null where no variant needs it. */
  static async start(evaluation: Evaluation, ropes: RopeTables, buffers: WeightBuffers): Promise<Calibration | null> {
    const { calibration, config, options } = evaluation;
    if (!calibration) return null;
    const chains = planCalibration(options);
    await embedStream(evaluation, calibration, "calibration");
    await addBlockGraphs(evaluation, calibration, ["plain", "probe"]);
    if (chains.some(sumsProducts)) await addSecondMomentGraph(evaluation);
    const inputs = await openMlpInputs(options, config, calibration.batches, 2 * chains.length);
    return new Calibration(evaluation, calibration, chains, ropes, buffers, inputs);
  }

  /** Whether the chain of the original layers is yet to pass a block. */
  originalIsAt(index: number): boolean {
    const chain = this.originalChain();
    return chain >= 0 && this.evaluation.state.done("calibration", chain) === index;
  }

  /** Takes the chain of the original layers through a part. */
  async observeOriginal(weights: PartWeights): Promise<void> {
    const chain = this.originalChain();
    if (chain >= 0) this.original = await this.observe(chain, weights, "calibration", true);
  }

  /** The chain of the original layers has passed a block, and nobody needs its states before it any more. */
  originalPassed(): void {
    this.passed(this.originalChain());
  }

  /** A variant has passed block `index`, and with it its own chain, if it has one that goes on. */
  variantPassed(variant: number, index: number): void {
    if (this.advances(variant, index)) this.passed(this.chainOf(variant));
  }

  /** What a variant's quantizer needs for a part; undefined if it needs nothing. Sets and releases the runtime's weights. */
  async statistics(variant: number, weights: PartWeights): Promise<PartStatistics | undefined> {
    const { id, quantizer } = this.evaluation.options.variants[variant]!;
    const needs = quantizer?.needs;
    if (!needs) return undefined;
    const collectors =
      needs.prefix === "original"
        ? this.original
        : await this.observe(this.chainOf(variant), weights, `calibration of ${id}`, false);
    return new Map(
      this.sites(weights.part).flatMap(({ output, weights }) => {
        const statistics = collectors.get(output)!.statistics(needs);
        return weights.map((input) => [input, statistics] as const);
      }),
    );
  }

  /** Takes a variant's own chain, if it has one that goes on, through the part whose quantized weights are set. */
  async advance(variant: number, part: BlockPart, correction: Float32Array | undefined): Promise<void> {
    if (!this.advances(variant, part.index)) return;
    const { id } = this.evaluation.options.variants[variant]!;
    const { stream, ropes } = this;
    const chain = this.chainOf(variant);
    const inputs = this.slot(this.chains.length + chain);
    const run = { stream, chain, note: `${part.note} calibration of ${id}`, advance: true };
    if (part.expert === null) {
      this.advanced[chain] = await runDense(this.evaluation, { ...run, ropes, part, correction, inputs });
    } else {
      const dispatch = this.advanced[chain]!;
      await runExpert(this.evaluation, { ...run, inputs: inputs!, dispatch, expert: part.expert });
    }
  }

  /** By variant: routed experts that no token reached which its quantizer could have learnt from. */
  unreachedExperts(): number[] {
    return this.evaluation.options.variants.map((_, v) => {
      const chain = this.chainOf(v);
      return chain < 0 ? 0 : this.evaluation.tallies.unreached[chain]!.experts;
    });
  }

  async close(): Promise<void> {
    await this.inputs?.close();
  }

  private originalChain(): number {
    return this.chains.findIndex(({ prefix }) => prefix === "original");
  }

  private advances(variant: number, index: number): boolean {
    const { config, options } = this.evaluation;
    return options.variants[variant]!.quantizer?.needs?.prefix === "quantized" && index + 1 < config.layers;
  }

  private passed(chain: number): void {
    this.evaluation.state.passed("calibration", chain, batchesOf(this.stream, chain).length);
  }

  private chainOf(variant: number): number {
    return this.chains.findIndex(({ variants }) => variants.includes(variant));
  }

  private slot(slot: number): MlpInputs | null {
    return this.inputs && { chains: this.inputs, slot };
  }

  private sites(part: BlockPart): ProbeSite[] {
    const { config } = this.evaluation;
    return part.expert === null ? probeSites(config, part.index) : expertSites(config);
  }

  private async observe(chain: number, weights: PartWeights, what: string, advance: boolean): Promise<Collectors> {
    const { evaluation, stream, ropes } = this;
    const { part } = weights;
    const note = `${part.note} ${what}`;
    const inputs = this.slot(chain);
    await evaluation.runtime.setWeights(originalWeights(weights, this.buffers));
    const run = { stream, chain, note, advance };
    let collectors: Collectors;
    if (part.expert === null) {
      collectors = this.collectors(chain, part, tokensOf(stream, chain));
      const correction = routerCorrection(weights);
      const probe = this.probe(chain, part, collectors, note, true);
      this.observed[chain] = await runDense(evaluation, { ...run, ropes, part, correction, inputs, probe });
    } else {
      const dispatch = this.observed[chain]!;
      const tokens = dispatch.tokens(part.expert);
      const reached = tokens > 0;
      collectors = this.collectors(chain, part, reached ? tokens : this.firstWindow(chain).length);
      const probe = this.probe(chain, part, collectors, note, reached);
      const expertRun: ExpertRun = { ...run, inputs: inputs!, dispatch, expert: part.expert, probe };
      if (reached) await runExpert(evaluation, expertRun);
      else await this.observeUnreached(chain, expertRun);
    }
    this.buffers.giveBack(await evaluation.runtime.releaseWeights());
    return collectors;
  }

  private async observeUnreached(chain: number, run: ExpertRun): Promise<void> {
    this.evaluation.tallies.unreached[chain]!.experts++;
    const { batch, length } = this.firstWindow(chain);
    await probeUnreached(this.evaluation, run, batch, length);
  }

  private firstWindow(chain: number): { batch: number; length: number } {
    const batch = batchesOf(this.stream, chain)[0]!;
    return { batch, length: this.stream.batches[batch]!.length };
  }

  private collectors(chain: number, part: BlockPart, tokens: number): Collectors {
    const { needs } = this.chains[chain]!;
    return new Map(
      this.sites(part).map(({ output, width }) => [output, new ActivationCollector(width, tokens, needs)]),
    );
  }

  /** Hands the inputs of a part's linear layers to their collectors. `counted`: as a part of the progress. */
  private probe(chain: number, part: BlockPart, collectors: Collectors, note: string, counted: boolean) {
    const { evaluation } = this;
    const products = sumsProducts(this.chains[chain]!);
    return async (inputs: ReadonlyMap<string, Weights>, length: number) => {
      for (const { output, width } of this.sites(part)) {
        const collector = collectors.get(output)!;
        const x = inputs.get(output)!;
        addInputs(collector, x, `${note}, ${output}`, evaluation.options.modelDir);
        if (products) await addSecondMoments(evaluation, collector, x, { width, length, note, counted });
      }
    };
  }
}

function tokensOf(stream: Stream, chain: number): number {
  return batchesOf(stream, chain).reduce((sum, batch) => sum + stream.batches[batch]!.tokens, 0);
}

function addInputs(collector: ActivationCollector, x: Weights, place: string, model: string): void {
  try {
    collector.add(x);
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, place, error) : error;
  }
}
