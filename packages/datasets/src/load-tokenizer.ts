import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { sha256Hex } from "@sinqbench/tensor";
import { badTokenizer, noTokenizer } from "./messages.ts";
import { libraryVersion } from "./tokens/library-version.ts";

/** What is read of tokenizer_config.json here. */
interface Settings {
  readonly add_bos_token?: unknown;
  readonly bos_token?: string | { readonly content?: unknown } | null;
}

/** Text to token ids and back, as a checkpoint's own tokenizer does it. */
export interface TextTokenizer {
  /** Ids of the whole text, without a beginning-of-sequence or any other token that is not in it. */
  encode(text: string): Int32Array;
  /** Text of the ids, special tokens included; a token that ends within a character gives U+FFFD. */
  decode(ids: Int32Array): string;
  /** sha256 of tokenizer.json: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Tells apart tokenizers that may give other ids: of tokenizer.json, tokenizer_config.json and the library. */
  readonly identity: string;
  /** The token that this tokenizer puts before a text where it is asked for special tokens; null for none. */
  readonly bos: number | null;
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
  const settings = config === undefined ? {} : parse(configPath, config);
  const tokenizer = build(path, parse(path, bytes), settings);
  let vocabSize = 0;
  for (const id of tokenizer.get_vocab(true).values()) vocabSize = Math.max(vocabSize, id + 1);
  return {
    sha256: sha256Hex(bytes),
    identity: sha256Hex(JSON.stringify([sha256Hex(bytes), config ? sha256Hex(config) : null, libraryVersion()])),
    bos: firstToken(tokenizer, settings),
    vocabSize,
    encode: (text) => Int32Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) =>
      // The library takes an empty list for a mistake.
      ids.length === 0
        ? ""
        : tokenizer.decode(Array.from(ids), { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
  };
}

/**
 * What `add_bos_token` of tokenizer_config.json says where it is there (transformers goes by it, and so does llama.cpp's
 * conversion), else what the tokenizer itself puts before a text.
 */
function firstToken(tokenizer: Tokenizer, { add_bos_token: wanted, bos_token: name }: Settings): number | null {
  if (typeof wanted === "boolean") {
    const text = typeof name === "object" ? name?.content : name;
    return wanted && typeof text === "string" ? (tokenizer.token_to_id(text) ?? null) : null;
  }
  const plain = tokenizer.encode("a", { add_special_tokens: false }).ids;
  const marked = tokenizer.encode("a", { add_special_tokens: true }).ids;
  return marked.length > plain.length && marked[0] !== plain[0] ? marked[0]! : null;
}

async function readOptional(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw badTokenizer(path, cause);
  }
}

function parse(path: string, bytes: Uint8Array): Settings {
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
