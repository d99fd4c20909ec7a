import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { sha256Hex } from "@sinqbench/tensor";
import { cutWindows } from "./cut-windows.ts";
import type { EvaluationInput, WindowOptions } from "./evaluation-input.ts";
import type { TextTokenizer } from "./load-tokenizer.ts";
import { notUtf8, unreadableText } from "./messages.ts";
import { paperDatasetOf } from "./paper-input.ts";
import { protocolName } from "./protocol-name.ts";
import type { TextDataset } from "./text-dataset.ts";

/**
 * Windows of a dataset's text: tokenized whole, then cut by {@link cutWindows}.
 *
 * @throws BenchError `bad-window`, `bad-window-limit`, `text-too-short`
 */
export async function textInput(
  dataset: Pick<TextDataset, "name" | "label" | "load">,
  tokenizer: Pick<TextTokenizer, "encode">,
  options: WindowOptions,
): Promise<EvaluationInput> {
  const { name, label } = dataset;
  const text = await dataset.load();
  const { length, count, ids, dropped } = cutWindows(tokenizer.encode(text), options, name);
  const whole = Math.floor((ids.length + dropped) / length);
  return {
    name,
    label,
    protocol: protocolName(length, count, whole, options.keep),
    windows: { name, length, count, ids },
    textSha256: sha256Hex(text),
    tokensSha256: sha256Hex(ids),
  };
}

/**
 * Windows of a UTF-8 text file, every byte of it (line ends and a byte order mark stay as they are). It is named after
 * the file, without folder and extension, unless its hash says that it is a text of the paper.
 *
 * @throws BenchError `unreadable-text`, `not-utf8`, and those of {@link textInput}
 */
export async function textFileInput(
  path: string,
  tokenizer: Pick<TextTokenizer, "encode">,
  options: WindowOptions,
): Promise<EvaluationInput> {
  const text = await readText(path);
  const fileName = basename(path, extname(path));
  const { name, label } = paperDatasetOf(sha256Hex(text)) ?? { name: fileName, label: fileName };
  return textInput({ name, label, load: async () => text }, tokenizer, options);
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadableText(path, cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notUtf8(path);
  }
}
