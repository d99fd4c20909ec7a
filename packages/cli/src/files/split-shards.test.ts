import { describe, expect, it } from "vitest";
import { shardName, splitShards } from "./split-shards.ts";

const sizes = (...list: number[]) => list.map((bytes) => ({ bytes }));
const shape = (items: { bytes: number }[], limit: number) =>
  splitShards(items, limit).map((shard) => shard.map(({ bytes }) => bytes));

describe("shards", () => {
  it("fills a shard up to its limit, and gives what is larger a shard of its own", () => {
    expect(shape(sizes(4, 6, 1), 10)).toEqual([[4, 6], [1]]);
    expect(shape(sizes(4, 7, 1), 10)).toEqual([[4], [7, 1]]);
    expect(shape(sizes(1, 30, 1, 9), 10)).toEqual([[1], [30], [1, 9]]);
    expect(shape(sizes(), 10)).toEqual([]);
  });

  it("names shards as Hugging Face does", () => {
    expect(shardName(0, 1)).toBe("model.safetensors");
    expect(shardName(1, 12)).toBe("model-00002-of-00012.safetensors");
  });
});
