import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseHubId } from "@sinqbench/hub";
import { type ModelConfig, modelTensors } from "@sinqbench/models";
import { BenchError } from "@sinqbench/tensor";
import { inspectModelFolder, type ModelFolder } from "../model-folder.ts";
import { paperModel } from "../paper-models.ts";
import { Session } from "../session.ts";

/** A model as far as a plan needs it. */
export interface PlannedModel {
  readonly name: string;
  readonly config: ModelConfig;
  /** What is still to come over the network. */
  readonly downloadBytes: number;
  /** Bytes of its weight files; undefined where only its shape is known. */
  readonly storedBytes: number | undefined;
  /** Where it can be read already, with its tokenizer: a folder, or a model that the cache has. */
  readonly local: ModelFolder | undefined;
}

const WEIGHTS = /\.safetensors$/;

/**
 * Finds what is known of a model without fetching its weights: on the disk first, then in the record of the paper's models, and only
 * then on the hub.
 */
export async function findModel(session: Session, word: string, revision: string | undefined): Promise<PlannedModel> {
  const offline = new Session({ ...session.io, env: { ...session.io.env, HF_HUB_OFFLINE: "1" } });
  try {
    const { model } = await inspectModelFolder(offline, word, revision);
    const bytes = await folderWeightBytes(model.dir);
    return { name: model.name, config: model.config, downloadBytes: 0, storedBytes: bytes, local: model };
  } catch (error) {
    if (!(error instanceof BenchError) || error.code !== "hub-offline") throw error;
  }
  const id = parseHubId(word);
  const known = id && revision === undefined && id.revision === undefined ? paperModel(id.repo) : undefined;
  if (id && known) {
    const { config, storesTiedHead } = known;
    const head = storesTiedHead ? config.vocabSize * config.hiddenSize : 0;
    const weights = modelTensors(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), head);
    return { name: id.repo, config, downloadBytes: 2 * weights, storedBytes: undefined, local: undefined };
  }
  const { model, downloadBytes } = await inspectModelFolder(session, word, revision);
  const files = model.hub?.files.filter(({ path }) => WEIGHTS.test(path)) ?? [];
  const storedBytes = files.reduce((sum, { size }) => sum + size, 0);
  return { name: model.hub?.repo ?? model.name, config: model.config, downloadBytes, storedBytes, local: undefined };
}

async function folderWeightBytes(dir: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(dir)) if (WEIGHTS.test(name)) bytes += (await stat(join(dir, name))).size;
  return bytes;
}
