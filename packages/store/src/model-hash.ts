import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@sinqbench/tensor";
import { canonicalJson } from "./canonical-json.ts";
import { fileSha256 } from "./file-hash.ts";
import { noWeightFiles } from "./messages.ts";

/** Files of a checkpoint folder that losses depend on, beside the tokenizer, which the token ids stand for. */
const RELEVANT = /^config\.json$|\.safetensors$|\.safetensors\.index\.json$/;

/**
 * sha256 over names and bytes of a checkpoint's config, weights and index; see `fileSha256` for what is read.
 *
 * @param onRead called with the size of each file that has to be read
 * @throws BenchError `no-weights`, and those of `fileSha256`
 */
export async function modelSha256(root: string, dir: string, onRead?: (bytes: number) => void): Promise<string> {
  const names = (await readdir(dir)).filter((name) => RELEVANT.test(name)).sort();
  if (!names.some((name) => name.endsWith(".safetensors"))) throw noWeightFiles(dir);
  const files: [string, string][] = [];
  for (const name of names) files.push([name, await fileSha256(root, join(dir, name), onRead)]);
  return sha256Hex(canonicalJson(files));
}
