import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Gives a checkpoint folder a tokenizer of 100 words, w0 to w99, parted by spaces; every other word is w0. */
export async function addTinyTokenizer(model: string): Promise<void> {
  const vocab = Object.fromEntries(Array.from({ length: 100 }, (_, id) => [`w${id}`, id]));
  const tokenizer = {
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, unk_token: "w0" },
  };
  await writeFile(join(model, "tokenizer.json"), JSON.stringify(tokenizer));
}
