import type { EvaluationInput } from "@sinqbench/datasets";
import { evaluate, type Variant } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { blockTensors, type ModelConfig, nameInBlock } from "@sinqbench/models";
import type { QuantizeContext, Quantizer, StatisticsNeeds } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import type { Matrix } from "@sinqbench/tensor";
import type { ModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import { EvaluationProgress } from "../terminal/evaluation-progress.ts";

/** What measurements ask to know of a layer's inputs: that of A-SINQ and AWQ. */
export const LAYER_NEEDS: StatisticsNeeds = { meanAbs: true, rows: 512, prefix: "original" };

/** A linear layer with its inputs, in the order of the model; experts are layers of their own. */
export interface MetLayer {
  /** Block, from 0. */
  readonly layer: number;
  /** Name within the block. */
  readonly tensor: string;
  readonly weight: Matrix;
  /** With the statistics of `LAYER_NEEDS`. */
  readonly context: QuantizeContext;
}

/** A variant to run the evaluator with, and whose calibration text is that of the measurement. */
export function measuringVariant(config: ModelConfig, take: (met: MetLayer) => void): Variant {
  const rtn = quantizerById("rtn");
  // Blocks come in order, but not every block has every layer.
  const blocks = new Map<string, number[]>();
  for (let index = 0; index < config.layers; index++) {
    for (const { name } of blockTensors(config, index)) {
      const tensor = nameInBlock(name, index);
      blocks.set(tensor, [...(blocks.get(tensor) ?? []), index]);
    }
  }
  // Stands in for a quantizer where the evaluator has a layer's weight and its inputs together; its encodings are RTN's.
  const quantizer: Quantizer = {
    ...rtn,
    needs: LAYER_NEEDS,
    quantize(weight, config, context) {
      const tensor = context.name ?? "";
      take({ layer: blocks.get(tensor)!.shift()!, tensor, weight, context });
      return rtn.quantize(weight, config, context);
    },
  };
  return { id: "layers", quantizer, config: { bits: 4, groupSize: 64, tiling: "1d", aux: "f16" } };
}

/** Runs the calibration windows through the model and shows every linear layer to the variant's `take`. */
export async function eachLayer(
  session: Session,
  model: ModelFolder,
  variant: Variant,
  calibration: EvaluationInput,
  { kernels, threads }: { readonly kernels: Kernels; readonly threads: number },
): Promise<void> {
  session.note(`${model.name}: ${calibration.windows.count} windows of ${calibration.name} (${calibration.protocol})`);
  const bar = new EvaluationProgress(session.io, model.name);
  try {
    await evaluate({
      modelDir: model.dir,
      variants: [variant],
      sets: [],
      calibration: calibration.windows,
      kernels,
      threads,
      signal: session.io.signal,
      onProgress: (progress) => bar.update(progress),
    });
  } finally {
    bar.end();
  }
}
