import type { ModelConfig } from "@sinqbench/models";
import { messages } from "./messages.ts";
import type { WindowSet } from "./types.ts";

/** Refuses windows that the model cannot take, before anything is read. */
export function checkSets(model: string, config: ModelConfig, sets: readonly WindowSet[]): void {
  for (const { name, length, ids } of sets) {
    if (length < 2) throw messages.windowTooShort(name, length);
    if (length > config.maxPositions) throw messages.windowTooLong(model, name, length, config.maxPositions);
    const outside = ids.find((id) => id < 0 || id >= config.vocabSize);
    if (outside !== undefined) throw messages.tokenOutsideVocabulary(model, name, outside, config.vocabSize);
  }
}
