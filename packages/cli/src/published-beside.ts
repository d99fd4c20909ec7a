import { type EvaluationInput, isPaperInput } from "@sinqbench/datasets";
import type { ModelConfig } from "@sinqbench/models";
import { type Experiment, type PublishedRow, publishedMetric, publishedRows } from "@sinqbench/report";
import type { ModelFolder } from "./model-folder.ts";
import { paperModel, paperModelIds } from "./paper-models.ts";

/** The table of the paper that holds perplexities of weight-only quantization without calibration. */
const DEFAULT_TABLE = "1";

/** Settings under which the paper's tables of weight-only quantization were made. */
const PAPER_SETTINGS = { groupSize: 64, tiling: "1d", aux: "f16" } as const;

/**
 * The published numbers that may stand beside a model's result on a text: its own perplexities and the memory, and none
 * unless the folder's name and shape are those of a model of the paper, text and protocol are the paper's to the byte,
 * and the weights are stored as the paper stores them.
 */
export function publishedBeside(
  model: ModelFolder,
  input: EvaluationInput,
  settings: Pick<Experiment, "groupSize" | "tiling" | "aux">,
  table = DEFAULT_TABLE,
): PublishedRow[] {
  const id = paperIdOf(model);
  if (!id || !isPaperInput(input.name, input.textSha256, input.protocol) || !isPaperSettings(settings)) return [];
  const shown = ["memory", publishedMetric(input.name)];
  return publishedRows({ table, model: id }).filter(({ metric }) => shown.includes(metric));
}

/** Hub id of the paper's model that a model is, by name and shape. */
export function paperIdOf({ name, config }: ModelFolder): string | undefined {
  return paperModelIds().find((id) => id.split("/").at(-1) === name && sameShape(id, config));
}

/** Whether weights are stored as the paper's tables store them. */
export function isPaperSettings(settings: Pick<Experiment, "groupSize" | "tiling" | "aux">): boolean {
  const { groupSize, tiling, aux } = PAPER_SETTINGS;
  return settings.groupSize === groupSize && settings.tiling === tiling && settings.aux === aux;
}

const SHAPE = [
  "modelType",
  "hiddenSize",
  "intermediateSize",
  "layers",
  "heads",
  "keyValueHeads",
  "headDim",
  "vocabSize",
  "tiedEmbeddings",
] as const satisfies readonly (keyof ModelConfig)[];

function sameShape(id: string, config: ModelConfig): boolean {
  const theirs = paperModel(id)?.config;
  return theirs !== undefined && SHAPE.every((field) => theirs[field] === config[field]);
}
