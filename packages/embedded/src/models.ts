import { fileURLToPath } from "node:url";

/** A small model that comes with the repository. */
export interface EmbeddedModel {
  /** What commands call it, and its name in result rows and file names; its folder's too. */
  readonly name: string;
  /** Absolute path of its folder: a Hugging Face checkpoint like any other, with a card in README.md. */
  readonly dir: string;
}

const names = ["qwen3-tiny", "deepseek-tiny"];

/** The models that come with the repository, in the order in which experiments take them; the first stands where one is enough. */
export const embeddedModels: readonly EmbeddedModel[] = names.map((name) => ({
  name,
  dir: fileURLToPath(new URL(`../models/${name}`, import.meta.url)),
}));
