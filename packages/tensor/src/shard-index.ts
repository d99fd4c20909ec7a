import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, normalize, sep, win32 } from "node:path";
import { duplicateKey } from "./duplicate-key.ts";
import { damagedIndex, missingShard, unreadableFile, unsafeShard } from "./messages.ts";

/** A checked `model.safetensors.index.json`. */
export interface ShardIndex {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensor name to file name within the checkpoint's folder. */
  readonly weightMap: ReadonlyMap<string, string>;
}

/**
 * Reads the index of a sharded checkpoint and checks that every shard lies in `dir` and exists.
 *
 * @throws BenchError `unreadable-file`, `damaged-index`, `unsafe-shard`, `missing-shard`
 */
export async function readShardIndex(dir: string, path: string): Promise<ShardIndex> {
  const { metadata, weight_map: map } = await parseIndex(path);
  if (!isTable(map)) throw damagedIndex(path, "it has no weight_map");
  const weightMap = new Map<string, string>();
  const seen = new Set<string>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== "string") throw damagedIndex(path, `tensor "${tensor}" is not placed in a file`);
    if (!seen.has(shard)) {
      // Only the name is judged: the hub's cache keeps its files behind links that lead out of the folder.
      if (leavesFolder(shard)) throw unsafeShard(path, tensor, shard);
      if (!existsSync(join(dir, shard))) throw missingShard(path, tensor, shard);
      seen.add(shard);
    }
    weightMap.set(tensor, shard);
  }
  const strings = Object.entries(isTable(metadata) ? metadata : {}).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { path, metadata: Object.fromEntries(strings), weightMap };
}

async function parseIndex(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damagedIndex(path, "it is not JSON");
  }
  if (!isTable(value)) throw damagedIndex(path, "it is not a JSON object");
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damagedIndex(path, `"${twice}" stands twice`);
  return value;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function leavesFolder(file: string): boolean {
  const path = normalize(file);
  return (
    file.includes("\0") ||
    // Says yes to "/" and to "C:\\" alike.
    win32.isAbsolute(file) ||
    file.split(/[\\/]/).includes("..") ||
    path === "." ||
    path.endsWith(sep)
  );
}
