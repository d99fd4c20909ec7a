import { blockTensors, type ModelConfig, nameInBlock } from "@sinqbench/models";
import {
  applyScales,
  type BlockScales,
  type BlockTensorView,
  composedScales,
  type LayerStatistics,
} from "@sinqbench/quantizer";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import type { PartWeights } from "./block-weights.ts";
import { messages } from "./messages.ts";
import { readWeights } from "./read-weights.ts";
import { valuesOf } from "./stored-tensor.ts";
import type { EvaluateOptions } from "./types.ts";

/** What one variant's block step works with. */
export interface StepRequest {
  readonly variant: number;
  /** The part whose weights are next. */
  readonly weights: PartWeights;
  /** By graph input; for calibrated quantizers. */
  readonly statistics: ReadonlyMap<string, LayerStatistics> | undefined;
}

/**
 * The block steps of a run's quantizers: scales that move between the layers of a block before its matrices are quantized.
 *
 * A step sees the whole block when its dense part is next, and reads what it needs of the experts one tensor at a time. What
 * routed experts get as inputs is known only when their turn comes, so a step of a calibrated quantizer is then asked again about
 * the expert alone, its weights scaled as the first answer says.
 */
export class BlockSteps {
  /** Scales of the current block, by variant. */
  private readonly scales: BlockScales[];

  constructor(
    private readonly options: EvaluateOptions,
    private readonly config: ModelConfig,
    private readonly checkpoint: TensorSource,
  ) {
    this.scales = options.variants.map(() => new Map());
  }

  /** What the tensors of a part are multiplied by before they are quantized, by the names they have in the block. */
  async scalesOf(request: StepRequest): Promise<BlockScales> {
    const { variant, weights } = request;
    const { quantizer } = this.options.variants[variant]!;
    if (!quantizer?.blockStep) return new Map();
    const dense = weights.part.expert === null;
    if (dense) this.scales[variant] = await this.run(request, new Map());
    const known = this.scales[variant]!;
    return dense || !quantizer.needs ? known : composedScales(known, await this.run(request, known));
  }

  private async run({ variant, weights, statistics }: StepRequest, known: BlockScales): Promise<BlockScales> {
    const { variants, kernels, modelDir } = this.options;
    const { id, quantizer, config } = variants[variant]!;
    const { part } = weights;
    const inputs = part.tensors.flatMap(({ name, input }) => {
      const layer = statistics?.get(input);
      return layer ? [[nameInBlock(name, part.index), layer] as const] : [];
    });
    try {
      const context = { kernels, ...(statistics && { statistics: new Map(inputs) }) };
      return await quantizer!.blockStep!({ tensors: this.views(weights, known) }, config!, context);
    } catch (error) {
      const layer = `model.layers.${part.index} (${id})`;
      throw error instanceof BenchError ? messages.inLayer(modelDir, layer, error) : error;
    }
  }

  private views({ part, stored }: PartWeights, scales: BlockScales): BlockTensorView[] {
    const tensors = part.expert === null ? blockTensors(this.config, part.index) : part.tensors;
    const inMemory = new Map(part.tensors.map((tensor, i) => [tensor.name, stored[i]!]));
    return tensors.map((tensor) => {
      const name = nameInBlock(tensor.name, part.index);
      return {
        name,
        shape: tensor.shape,
        quantized: tensor.kind === "linear",
        read: async () => {
          const known = inMemory.get(tensor.name);
          const values = known ? valuesOf(known) : await readWeights(this.checkpoint, tensor);
          applyScales(values, scales.get(name) ?? {});
          return values;
        },
      };
    });
  }
}
