import { type EvaluationInput, isPaperInput } from "@sinqbench/datasets";
import type { ModelConfig } from "@sinqbench/models";
import { type PublishedRow, publishedRows } from "@sinqbench/report";
import type { ModelFolder } from "./model-folder.ts";
import { paperModel, paperModelIds } from "./paper-models.ts";

/** The table of the paper that holds perplexities of weight-only quantization without calibration. */
const DEFAULT_TABLE = "1";

/**
 * The published numbers that may stand beside a model's result on a text: none unless the folder's name and shape are those
 * of a model of the paper, and text and protocol are the paper's to the byte.
 */
export function publishedBeside(model: ModelFolder, input: EvaluationInput, table = DEFAULT_TABLE): PublishedRow[] {
  const id = paperModelIds().find((id) => id.split("/").at(-1) === model.name && sameShape(id, model.config));
  if (!id || !isPaperInput(input.name, input.textSha256, input.protocol)) return [];
  return publishedRows({ table, model: id });
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
