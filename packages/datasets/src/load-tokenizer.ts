import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { sha256Hex } from "@sinqbench/tensor";
import { badTokenizer, noTokenizer } from "./messages.ts";

/** Text to token ids and back, as a checkpoint's own tokenizer does it. */
export interface TextTokenizer {
  /** Ids of the whole text, without a beginning-of-sequence or any other token that is not in it. */
  encode(text: string): Int32Array;
  /** Text of the ids, special tokens included; a token that ends within a character gives U+FFFD. */
  decode(ids: Int32Array): string;
  /** sha256 of tokenizer.json: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Largest id plus one, added tokens included. */
  readonly vocabSize: number;
}

/**
 * Loads the tokenizer of a Hugging Face checkpoint folder: `tokenizer.json`, and `tokenizer_config.json` where there is one.
 *
 * A text is tokenized whole: pre-tokenizer patterns look ahead and normalizers combine characters, so pieces cut at
 * fixed places need not give the same ids. Ids equal those of the Python library on real text. One difference is known:
 * where the tokenizer normalizes to NFC (Qwen3 does), combining marks newer than Unicode 9 (91 of them, for example U+1DF6)
 * are reordered here, as today's Unicode says, and not there.
 *
 * @throws BenchError `no-tokenizer`, `bad-tokenizer`
 */
export async function loadTokenizer(modelDir: string): Promise<TextTokenizer> {
  const path = join(modelDir, "tokenizer.json");
  const bytes = await readOptional(path);
  if (bytes === undefined) throw noTokenizer(modelDir);
  const configPath = join(modelDir, "tokenizer_config.json");
  const config = await readOptional(configPath);
  const tokenizer = build(path, parse(path, bytes), config === undefined ? {} : parse(configPath, config));
  let vocabSize = 0;
  for (const id of tokenizer.get_vocab(true).values()) vocabSize = Math.max(vocabSize, id + 1);
  return {
    sha256: sha256Hex(bytes),
    vocabSize,
    encode: (text) => Int32Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) =>
      // The library takes an empty list for a mistake.
      ids.length === 0
        ? ""
        : tokenizer.decode(Array.from(ids), { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
  };
}

async function readOptional(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw badTokenizer(path, cause);
  }
}

function parse(path: string, bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value !== "object" || value === null) throw new Error("not a JSON object");
    return value;
  } catch (cause) {
    throw badTokenizer(path, cause);
  }
}

function build(path: string, json: object, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw badTokenizer(path, cause);
  }
}
