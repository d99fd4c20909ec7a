import { type ProbeSite, probeSites } from "@sinqbench/models";
import { GraphBuilder } from "@sinqbench/onnx";
import { ActivationCollector, type LayerStatistics } from "@sinqbench/quantizer";
import { BenchError } from "@sinqbench/tensor";
import { type BlockWeights, originalWeights } from "./block-weights.ts";
import { type CalibrationChain, planCalibration, productFlops, sumsProducts } from "./calibration-plan.ts";
import { embedStream } from "./embed-stream.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import { messages } from "./messages.ts";
import type { Weights } from "./read-weights.ts";
import { addBlockGraphs, probeBlock, type RopeTables, runBlock } from "./run-block.ts";
import type { Stream } from "./stream.ts";

const PRODUCT_GRAPH = "second moments";

/** Statistics of the linear layers of a block, by the graph input of their weight. */
export type BlockStatistics = ReadonlyMap<string, LayerStatistics>;

/**
 * What calibrated quantizers learn, block by block. All with an original prefix share one chain through the unquantized
 * blocks. One with a quantized prefix has its own: the layers of a block see what its quantized blocks before give, through
 * the block's own unquantized layers (GPTQ without `true_sequential`).
 */
export class Calibration {
  private readonly sites: readonly ProbeSite[];
  private original: ReadonlyMap<string, ActivationCollector> = new Map();
  private spare: NamedTensors = {};

  private constructor(
    private readonly evaluation: Evaluation,
    private readonly stream: Stream,
    private readonly chains: readonly CalibrationChain[],
    private readonly ropes: RopeTables,
  ) {
    this.sites = probeSites(evaluation.config);
  }

  /** null where no variant needs it. */
  static async start(evaluation: Evaluation, ropes: RopeTables): Promise<Calibration | null> {
    const { calibration, options, runtime } = evaluation;
    if (!calibration) return null;
    const chains = planCalibration(options);
    await embedStream(evaluation, calibration);
    await addBlockGraphs(evaluation, calibration, ["block", "probe"]);
    if (chains.some(sumsProducts)) await runtime.addGraph(PRODUCT_GRAPH, productGraph());
    return new Calibration(evaluation, calibration, chains, ropes);
  }

  /** Takes the chain of the original layers through a block. */
  async observeOriginal(block: BlockWeights, name: string): Promise<void> {
    const chain = this.chains.findIndex(({ prefix }) => prefix === "original");
    if (chain >= 0) this.original = await this.observe(chain, block, `${name} calibration`, true);
  }

  /** What a variant's quantizer needs for a block; undefined if it needs nothing. Sets and releases the runtime's weights. */
  async statistics(variant: number, block: BlockWeights, name: string): Promise<BlockStatistics | undefined> {
    const { id, quantizer } = this.evaluation.options.variants[variant]!;
    const needs = quantizer?.needs;
    if (!needs) return undefined;
    const collectors =
      needs.prefix === "original"
        ? this.original
        : await this.observe(this.chainOf(variant), block, `${name} calibration of ${id}`, false);
    return new Map(
      this.sites.flatMap(({ output, weights }) => {
        const statistics = collectors.get(output)!.statistics(needs);
        return weights.map((input) => [input, statistics] as const);
      }),
    );
  }

  /** Takes a variant's own chain, if it has one, through the block whose quantized weights are set. */
  async advance(variant: number, name: string): Promise<void> {
    const { id, quantizer } = this.evaluation.options.variants[variant]!;
    if (quantizer?.needs?.prefix !== "quantized") return;
    const chain = this.chainOf(variant);
    const note = `${name} calibration of ${id}`;
    for (const batch of this.stream.batches.keys()) {
      await runBlock(this.evaluation, { stream: this.stream, ropes: this.ropes, chain, batch, note });
    }
  }

  private chainOf(variant: number): number {
    return this.chains.findIndex(({ variants }) => variants.includes(variant));
  }

  private async observe(
    index: number,
    block: BlockWeights,
    note: string,
    advance: boolean,
  ): Promise<ReadonlyMap<string, ActivationCollector>> {
    const { evaluation, stream, ropes } = this;
    const chain = this.chains[index]!;
    const tokens = stream.batches.reduce((sum, batch) => sum + batch.tokens, 0);
    const collectors = new Map(
      this.sites.map(({ output, width }) => [output as string, new ActivationCollector(width, tokens, chain.needs)]),
    );
    await evaluation.runtime.setWeights(originalWeights(block, this.spare));
    for (const [batch, { length }] of stream.batches.entries()) {
      await probeBlock(evaluation, { stream, ropes, chain: index, batch, note, advance }, async (inputs) => {
        for (const site of this.sites) {
          const collector = collectors.get(site.output)!;
          const x = inputs.get(site.output)!;
          addInputs(collector, x, `${note}, ${site.output}`, evaluation.options.modelDir);
          if (sumsProducts(chain)) await this.addProducts(collector, x, site.width, length, note);
        }
      });
    }
    this.spare = await evaluation.runtime.releaseWeights();
    return collectors;
  }

  /** One window at a time, so that the float32 sums inside a product do not depend on the size of batches. */
  private async addProducts(collector: ActivationCollector, x: Weights, width: number, length: number, note: string) {
    const size = length * width;
    let product = this.stream.chains.borrow(width * width);
    for (let at = 0; at < x.length; at += size) {
      const window = this.stream.chains.borrow(size);
      window.set(x.subarray(at, at + size));
      const tensors = await runCounted(
        this.evaluation,
        "blocks",
        PRODUCT_GRAPH,
        { x: { type: "float32", data: window, dims: [length, width] } },
        { product: { type: "float32", data: product, dims: [width, width] } },
        productFlops(length, width),
        note,
      );
      product = tensors.product!.data as Weights;
      collector.secondMoment!.addProduct(product);
      this.stream.chains.giveBack(tensors.x!.data as Weights);
    }
    this.stream.chains.giveBack(product);
  }
}

function addInputs(collector: ActivationCollector, x: Weights, place: string, model: string): void {
  try {
    collector.add(x);
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, place, error) : error;
  }
}

/** x^T x of one window: `x` [tokens, width] -> `product` [width, width]. */
function productGraph(): Uint8Array {
  const graph = new GraphBuilder("second_moments");
  const x = graph.input("x", "float32", ["tokens", "width"]);
  graph.output("product", graph.op("Gemm", [x, x], { transA: 1 }), "float32", ["width", "width"]);
  return graph.build();
}
