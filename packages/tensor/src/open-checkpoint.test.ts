import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openCheckpoint } from "./open-checkpoint.ts";
import { temporaryFolder } from "./test-files.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const root = temporaryFolder();
let dir = "";
let count = 0;

const f32 = (name: string, ...values: number[]) => ({
  name,
  dtype: "F32" as const,
  shape: [values.length],
  data: Float32Array.from(values),
});

const writeIndex = (map: unknown, more: object = { metadata: { total_size: 24, format: "pt" } }) =>
  writeFile(join(dir, "model.safetensors.index.json"), JSON.stringify({ ...more, weight_map: map }));

const refusal = (code: string, ...parts: string[]) => ({
  name: "BenchError",
  code,
  message: expect.stringMatching(
    new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")),
  ),
});

beforeEach(async () => {
  dir = join(root(), `checkpoint-${count++}`);
  await mkdir(join(dir, "sub"), { recursive: true });
});

describe("openCheckpoint", () => {
  it("opens model.safetensors, even beside an index", async () => {
    await writeSafetensors(join(dir, "model.safetensors"), [f32("w", 1, 2)]);
    await writeIndex({ w: "absent.safetensors" });
    const source = await openCheckpoint(dir);
    expect(source.path).toBe(join(dir, "model.safetensors"));
    expect(await source.readFloat32("w", [1, 2])).toEqual(Float32Array.of(2));
    await source.close();
  });

  it("opens shards, in folders below too, and leaves alone what the index does not name", async () => {
    await writeSafetensors(join(dir, "a.safetensors"), [f32("x", 1, 2), f32("extra", 9)]);
    await writeSafetensors(join(dir, "sub/b.safetensors"), [
      f32("y", 3),
      { name: "ids", dtype: "I64", shape: [2], data: BigInt64Array.of(4n, 5n) },
    ]);
    await writeIndex({ y: "sub/b.safetensors", x: "a.safetensors", ids: "sub/b.safetensors" });
    const source = await openCheckpoint(dir);
    expect(source.path).toBe(join(dir, "model.safetensors.index.json"));
    expect(source.metadata).toEqual({ total_size: "24", format: "pt" });
    expect(source.names()).toEqual(["y", "x", "ids"]);
    expect([source.has("x"), source.has("extra")]).toEqual([true, false]);
    expect(source.info("x")).toEqual({ name: "x", dtype: "F32", shape: [2], bytes: 8 });
    await expect(source.prefetch("x", [0, 1])).resolves.toBeUndefined();
    await expect(source.prefetch("extra")).rejects.toMatchObject({ code: "missing-tensor" });
    const [x, y, ids, bytes] = await Promise.all([
      source.readFloat32("x", [1, 2]),
      source.readFloat32("y"),
      source.readInt32("ids"),
      source.readBytes("ids", [0, 1]),
    ]);
    expect([x, y, ids]).toEqual([Float32Array.of(2), Float32Array.of(3), Int32Array.of(4, 5)]);
    expect(bytes).toEqual(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0));
    await expect(source.readFloat32("extra")).rejects.toMatchObject(refusal("missing-tensor", "index.json", '"extra"'));
    await source.close();
    await expect(source.readFloat32("x")).rejects.toMatchObject({ code: "source-closed" });
  });

  it("reads a shard only when one of its tensors is asked for", async () => {
    await writeSafetensors(join(dir, "good.safetensors"), [f32("x", 1)]);
    await writeFile(join(dir, "bad.safetensors"), "not one");
    await writeIndex({ x: "good.safetensors", y: "bad.safetensors" });
    const source = await openCheckpoint(dir);
    expect(await source.readFloat32("x")).toEqual(Float32Array.of(1));
    expect(() => source.info("y")).toThrow(/bad\.safetensors is damaged/);
    await source.close();
  });

  it("refuses a shard that was written anew between its header and its data", async () => {
    await writeSafetensors(join(dir, "a.safetensors"), [f32("x", 1)]);
    await writeIndex({ x: "a.safetensors" });
    const source = await openCheckpoint(dir);
    expect(source.info("x").bytes).toBe(4);
    await writeSafetensors(join(dir, "a.safetensors"), [f32("w", 7), f32("x", 1)]);
    await expect(source.readFloat32("x")).rejects.toMatchObject(refusal("changed-file", "a.safetensors"));
    await source.close();
  });

  it("follows links that lead out of the folder, as the hub's cache has them", async () => {
    await writeSafetensors(join(root(), "blob"), [f32("x", 1)]);
    await symlink(join(root(), "blob"), join(dir, "a.safetensors"));
    await writeIndex({ x: "a.safetensors" });
    const source = await openCheckpoint(dir);
    expect(await source.readFloat32("x")).toEqual(Float32Array.of(1));
    await source.close();
  });

  it("refuses a folder without weights", async () => {
    await expect(openCheckpoint(dir)).rejects.toMatchObject(refusal("no-weights", dir));
    await expect(openCheckpoint(join(dir, "absent"))).rejects.toMatchObject(refusal("no-weights", "absent"));
  });

  it.each([
    "../a.safetensors",
    "sub/../../a.safetensors",
    "/etc/passwd",
    "C:\\a.safetensors",
    "..\\a.safetensors",
    "..",
    ".",
    "sub/",
  ])("refuses an index that names %s", async (shard) => {
    await writeSafetensors(join(root(), "a.safetensors"), [f32("w", 1)]);
    await writeIndex({ w: shard });
    await expect(openCheckpoint(dir)).rejects.toMatchObject(refusal("unsafe-shard", "index.json", '"w"', shard));
    await rm(join(root(), "a.safetensors"));
  });

  it("names a shard that is missing and the tensor in it", async () => {
    await writeIndex({ w: "model-00002-of-00002.safetensors" });
    await expect(openCheckpoint(dir)).rejects.toMatchObject(
      refusal("missing-shard", "index.json", '"w"', "model-00002-of-00002.safetensors"),
    );
  });

  it("names a tensor that its shard does not hold", async () => {
    await writeSafetensors(join(dir, "a.safetensors"), [f32("x", 1)]);
    await writeIndex({ x: "a.safetensors", w: "a.safetensors" });
    const source = await openCheckpoint(dir);
    await expect(source.readFloat32("w")).rejects.toMatchObject(refusal("absent-from-shard", '"w"', "a.safetensors"));
    await source.close();
  });

  it.each([
    ["not JSON", "{", "not JSON"],
    ["not an object", "[]", "not a JSON object"],
    ["null", "null", "not a JSON object"],
    ["without weight_map", '{"metadata":{}}', "no weight_map"],
    ["with a list for a weight_map", '{"weight_map":[]}', "no weight_map"],
    ["with a tensor placed in a number", '{"weight_map":{"w":1}}', '"w" is not placed in a file'],
    ["with a tensor placed twice", '{"weight_map":{"w":"a","w":"b"}}', '"w" stands twice'],
  ])("refuses an index that is %s", async (_, text, problem) => {
    await writeFile(join(dir, "model.safetensors.index.json"), text);
    await expect(openCheckpoint(dir)).rejects.toMatchObject(refusal("damaged-index", "index.json", problem));
  });
});
