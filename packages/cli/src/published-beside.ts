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
  const id = paperModelIds().find((id) => id.split("/").at(-1) === model.name && sameShape(id, model.config));
  if (!id || !isPaperInput(input.name, input.textSha256, input.protocol)) return [];
  const { groupSize, tiling, aux } = PAPER_SETTINGS;
  if (settings.groupSize !== groupSize || settings.tiling !== tiling || settings.aux !== aux) return [];
  const shown = ["memory", publishedMetric(input.name)];
  return publishedRows({ table, model: id }).filter(({ metric }) => shown.includes(metric));
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
