import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { modelSha256 } from "./model-hash.ts";
import { temporaryFolder } from "./test-support.ts";

async function checkpoint(): Promise<{
  root: string;
  dir: string;
  write: (name: string, text: string) => Promise<void>;
}> {
  const root = await temporaryFolder();
  const dir = join(root, "model");
  await mkdir(dir);
  const write = (name: string, text: string) => writeFile(join(dir, name), text);
  await write("config.json", "{}");
  await write("model-1.safetensors", "a");
  await write("model-2.safetensors", "b");
  await write("model.safetensors.index.json", "[]");
  return { root, dir, write };
}

it.each(["config.json", "model-1.safetensors", "model.safetensors.index.json", "model-3.safetensors"])(
  "%s counts",
  async (name) => {
    const { root, dir, write } = await checkpoint();
    const before = await modelSha256(root, dir);
    await write(name, "changed");
    expect(await modelSha256(root, dir)).not.toBe(before);
  },
);

it("two files that change places are another model", async () => {
  const { root, dir, write } = await checkpoint();
  const before = await modelSha256(root, dir);
  await write("model-1.safetensors", "b");
  await write("model-2.safetensors", "a");
  expect(await modelSha256(root, dir)).not.toBe(before);
});

it("tokenizer and README do not count, nor where the folder lies", async () => {
  const { root, dir, write } = await checkpoint();
  const before = await modelSha256(root, dir);
  await write("tokenizer.json", "x");
  await write("README.md", "x");
  expect(await modelSha256(root, dir)).toBe(before);
  expect(await modelSha256(root, (await checkpoint()).dir)).toBe(before);
});

it("a folder without weights is refused", async () => {
  const { root, dir } = await checkpoint();
  for (const n of [1, 2]) await rm(join(dir, `model-${n}.safetensors`));
  await expect(modelSha256(root, dir)).rejects.toThrow(/holds no \.safetensors file/);
});
