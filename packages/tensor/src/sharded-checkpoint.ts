import { join } from "node:path";
import { absentFromShard, missingTensor, sourceClosed } from "./messages.ts";
import { SafetensorsFile } from "./safetensors-file.ts";
import type { ShardIndex } from "./shard-index.ts";
import type { RowRange, TensorInfo, TensorSource } from "./tensor-source.ts";

/** The tensors of an index, each read from its shard; a shard is opened when one of its tensors is first asked for. */
export class ShardedCheckpoint implements TensorSource {
  readonly #shards = new Map<string, SafetensorsFile>();
  #closed = false;

  constructor(
    private readonly dir: string,
    private readonly index: ShardIndex,
  ) {}

  get path(): string {
    return this.index.path;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.index.metadata;
  }

  names(): readonly string[] {
    return [...this.index.weightMap.keys()];
  }

  has(name: string): boolean {
    return this.index.weightMap.has(name);
  }

  info(name: string): TensorInfo {
    return this.#shardOf(name).info(name);
  }

  async readFloat32(name: string, rows?: RowRange): Promise<Float32Array> {
    return this.#shardOf(name).readFloat32(name, rows);
  }

  async readInt32(name: string, rows?: RowRange): Promise<Int32Array> {
    return this.#shardOf(name).readInt32(name, rows);
  }

  async readBytes(name: string, rows?: RowRange): Promise<Uint8Array> {
    return this.#shardOf(name).readBytes(name, rows);
  }

  async prefetch(name: string, rows?: RowRange): Promise<void> {
    return this.#shardOf(name).prefetch(name, rows);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#shards.values()].map((shard) => shard.close()));
  }

  #shardOf(name: string): SafetensorsFile {
    if (this.#closed) throw sourceClosed(this.path);
    const file = this.index.weightMap.get(name);
    if (file === undefined) throw missingTensor(this.path, name, this.names());
    let shard = this.#shards.get(file);
    if (shard === undefined) {
      shard = new SafetensorsFile(join(this.dir, file));
      this.#shards.set(file, shard);
    }
    if (!shard.has(name)) throw absentFromShard(this.path, name, shard.path);
    return shard;
  }
}
