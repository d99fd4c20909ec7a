import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { type HubModel, type HubModelRequest, type HubOptions, inspectHubModel, openHubModel } from "@sinqbench/hub";
import { type ModelConfig, readModelConfig } from "@sinqbench/models";
import { fromHub } from "./hub/from-hub.ts";
import { modelNotAFolder, revisionOfPath } from "./messages.ts";
import { EMBEDDED_WORDS, embeddedModelOf } from "./model-words.ts";
import type { Session } from "./session.ts";

export interface ModelFolder {
  /** Folder name, or the model's on the hub; names the model in tables and files. */
  readonly name: string;
  readonly dir: string;
  readonly config: ModelConfig;
  readonly embedded: boolean;
  /** Where it came from, for a model of the hub: repository, commit, and each file's size and sha256. */
  readonly hub?: HubModel;
}

/**
 * Opens what `MODEL` names: a checkpoint folder, a model of the hub as `org/name` or `org/name@revision`, which is downloaded when it
 * is not in the cache, or one that comes with the repository by its name, the first also as `embedded`. A folder wins over other
 * models of its name; one called embedded is reached as ./embedded. `revision` is for models of the hub that name none.
 */
export async function openModelFolder(session: Session, word: string, revision?: string): Promise<ModelFolder> {
  const { model } = await open(session, word, revision, openHubModel);
  if (model.hub) session.note(`${model.hub.repo}: commit ${model.hub.commit} of ${model.hub.revision}`);
  return model;
}

/** The same without a model's weights: of the hub's files only the small ones are fetched. */
export async function inspectModelFolder(
  session: Session,
  word: string,
  revision?: string,
): Promise<{ readonly model: ModelFolder; readonly downloadBytes: number }> {
  const { model, found } = await open(session, word, revision, inspectHubModel);
  return { model, downloadBytes: found?.downloadBytes ?? 0 };
}

async function open<T extends HubModel>(
  session: Session,
  word: string,
  revision: string | undefined,
  call: (request: HubModelRequest, options: HubOptions) => Promise<T>,
): Promise<{ model: ModelFolder; found?: T }> {
  const embedded = embeddedModelOf(session, word);
  if (embedded) {
    if (revision !== undefined) throw revisionOfPath(word);
    return { model: { ...embedded, config: await readModelConfig(embedded.dir), embedded: true } };
  }
  const hub = await fromHub(session, word, revision, call);
  const dir = hub?.dir ?? session.path(word);
  const entry = await stat(dir).catch(() => undefined);
  if (!entry?.isDirectory()) throw modelNotAFolder(dir, entry !== undefined, word, EMBEDDED_WORDS);
  const model = { name: basename(hub?.repo ?? dir), dir, config: await readModelConfig(dir), embedded: false };
  return hub ? { model: { ...model, hub }, found: hub } : { model };
}
