import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { INDEX, SINGLE } from "./choose-files.ts";
import { badIndex } from "./messages.ts";

/**
 * The files that hold a checkpoint's weights: `model.safetensors` where there is one, else the shards that the index names;
 * undefined where there is neither. `dir` must hold the index.
 *
 * @throws BenchError `damaged-index`
 */
export async function weightFiles(dir: string, paths: readonly string[]): Promise<string[] | undefined> {
  if (paths.includes(SINGLE)) return [SINGLE];
  if (!paths.includes(INDEX)) return undefined;
  const path = join(dir, INDEX);
  let shards: unknown[];
  try {
    shards = Object.values((JSON.parse(await readFile(path, "utf8")) as { weight_map: object }).weight_map);
  } catch (error) {
    throw badIndex(path, (error as Error).message);
  }
  const names = [...new Set(shards)].filter((shard): shard is string => typeof shard === "string");
  if (names.length === 0) throw badIndex(path, "it names no shard");
  return names.sort();
}
