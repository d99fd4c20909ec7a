/** Consecutive items in shards of at most `limit` bytes; an item that is larger has a shard of its own. */
export function splitShards<T extends { readonly bytes: number }>(items: readonly T[], limit: number): T[][] {
  const shards: T[][] = [];
  let room = 0;
  for (const item of items) {
    if (shards.length === 0 || item.bytes > room) {
      shards.push([]);
      room = limit;
    }
    shards[shards.length - 1].push(item);
    room -= item.bytes;
  }
  return shards;
}

/** Hugging Face's name of shard `index` (from 0) of `count`. */
export function shardName(index: number, count: number): string {
  if (count === 1) return "model.safetensors";
  const five = (value: number) => String(value).padStart(5, "0");
  return `model-${five(index + 1)}-of-${five(count)}.safetensors`;
}
