import { blocksFlops, headFlops, type ModelConfig, modelTensors } from "@sinqbench/models";
import type { Experiment } from "@sinqbench/report";
import { paperModel } from "./paper-models.ts";
import { measure, quantity } from "./terminal/quantity.ts";

/** WikiText-2's test split is 146 windows of 2048 tokens with the Qwen tokenizer; the C4 protocol takes 256. */
const PAPER_WINDOWS = 146 + 256;
const PAPER_WINDOW = 2048;
/** What two AVX2 cores reach in float32 matrix products; for a time that a person can scale. */
const TWO_CORE_FLOPS = 140e9;
const BYTES_PER_PARAMETER = 2;

export interface PaperCost {
  readonly parameters: number;
  readonly downloadBytes: number;
  readonly flops: number;
}

/** What one of the paper's models costs: parameters, the files' size, and the arithmetic of all variants and windows. */
export function paperCost(config: ModelConfig, storesTiedHead: boolean, variants: number): PaperCost {
  const parameters = modelTensors(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const extra = storesTiedHead && config.tiedEmbeddings ? config.vocabSize * config.hiddenSize : 0;
  const window = blocksFlops(config, PAPER_WINDOW) + headFlops(config, PAPER_WINDOW);
  return {
    parameters,
    downloadBytes: BYTES_PER_PARAMETER * (parameters + extra),
    flops: variants * PAPER_WINDOWS * window,
  };
}

/** One line per model of the paper, for `--paper`. */
export function paperCostLines(experiment: Experiment, variants: number): string[] {
  const lines = experiment.paperModels.map((id) => {
    const model = paperModel(id);
    if (!model) return `  ${id}: shape not in the record`;
    const cost = paperCost(model.config, model.storesTiedHead, variants);
    return (
      `  ${id}: ${quantity(cost.parameters)} parameters, ${measure(cost.downloadBytes, "B")} to download, ` +
      `about ${measure(cost.flops, "FLOP")} (${Math.ceil(cost.flops / TWO_CORE_FLOPS / 3600)} hours on two AVX2 cores)`
    );
  });
  return [
    `${experiment.title}: the paper's models, ${variants} variants, ${PAPER_WINDOWS} windows of ${PAPER_WINDOW} tokens`,
    ...lines,
  ];
}
