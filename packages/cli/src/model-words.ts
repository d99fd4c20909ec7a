import { existsSync } from "node:fs";
import { type EmbeddedModel, embeddedModels } from "@sinqbench/embedded";
import type { Session } from "./session.ts";

/** The word that stands for the first model that comes with the repository. */
export const EMBEDDED = "embedded";

/** Words that name a model which comes with the repository. */
export const EMBEDDED_WORDS: readonly string[] = [EMBEDDED, ...embeddedModels.map(({ name }) => name)];

/**
 * The models of a command that takes several: those of --model, or else all that come with the repository, by their paths, so that a
 * folder of one's own that is called like one of them stands in nothing's way.
 */
export function modelsAsked(model: readonly string[] | undefined): readonly string[] {
  return model ?? embeddedModels.map(({ dir }) => dir);
}

/** The model that comes with the repository and that a word means, if any. A folder that exists wins over a model's name. */
export function embeddedModelOf(session: Session, word: string): EmbeddedModel | undefined {
  if (word === EMBEDDED) return embeddedModels[0];
  const path = session.path(word);
  return embeddedModels.find(({ name, dir }) => dir === path || (name === word && !existsSync(path)));
}
