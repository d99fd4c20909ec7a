import { existsSync } from "node:fs";
import { join } from "node:path";
import { noWeights } from "./messages.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { readShardIndex } from "./shard-index.ts";
import { ShardedCheckpoint } from "./sharded-checkpoint.ts";
import type { TensorSource } from "./tensor-source.ts";

/**
 * Opens the weights of a Hugging Face checkpoint folder: `model.safetensors`, or the shards that
 * `model.safetensors.index.json` names. A shard's header is read when one of its tensors is first asked for.
 *
 * @throws BenchError `no-weights`, `damaged-index`, `unsafe-shard`, `missing-shard`, and those of {@link openSafetensors}
 */
export async function openCheckpoint(dir: string): Promise<TensorSource> {
  const single = join(dir, "model.safetensors");
  if (existsSync(single)) return openSafetensors(single);
  const index = join(dir, "model.safetensors.index.json");
  if (!existsSync(index)) throw noWeights(dir);
  return new ShardedCheckpoint(dir, await readShardIndex(dir, index));
}
