import { fileURLToPath } from "node:url";

/** Name of the embedded model in result rows and file names. */
export const embeddedModelName = "embedded-qwen3-4m";

/** Absolute path of the embedded model's folder: a Hugging Face checkpoint like any other, with a card in README.md. */
export const embeddedModelDir: string = fileURLToPath(new URL("../model", import.meta.url));
