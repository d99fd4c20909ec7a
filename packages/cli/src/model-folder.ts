import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { embeddedModelDir, embeddedModelName } from "@sinqbench/embedded";
import { type ModelConfig, readModelConfig } from "@sinqbench/models";
import { modelNotAFolder } from "./messages.ts";
import type { Session } from "./session.ts";

export interface ModelFolder {
  /** Folder name, or the embedded model's name; names the model in tables and files. */
  readonly name: string;
  readonly dir: string;
  readonly config: ModelConfig;
  readonly embedded: boolean;
}

/** The word that stands for the model that comes with the repository. */
export const EMBEDDED = "embedded";

/** Opens what `MODEL` names: a checkpoint folder, or the word `embedded`. A folder of that name is reached as ./embedded. */
export async function openModelFolder(session: Session, word: string): Promise<ModelFolder> {
  const embedded = word === EMBEDDED;
  const dir = embedded ? embeddedModelDir : session.path(word);
  const found = await stat(dir).catch(() => undefined);
  if (!found?.isDirectory()) throw modelNotAFolder(dir);
  return { name: embedded ? embeddedModelName : basename(dir), dir, config: await readModelConfig(dir), embedded };
}
