import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openChains } from "./chains.ts";

const chainFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("sinqbench-chains-"));

test.each([
  ["memory", 2 ** 20],
  ["files", 0],
])("%s: every variant and batch keeps its own states", async (_, memoryBytes) => {
  const lengths = [8, 3, 8];
  const chains = await openChains(2, lengths, memoryBytes);
  for (const variant of [0, 1]) {
    for (const [batch, length] of lengths.entries()) {
      await chains.put(variant, batch, chains.borrow(length).fill(10 * variant + batch));
    }
  }
  for (const variant of [1, 0]) {
    for (const [batch, length] of lengths.entries()) {
      const states = await chains.take(variant, batch);
      expect(states).toEqual(new Float32Array(length).fill(10 * variant + batch));
      await chains.put(variant, batch, states.fill(99));
      expect((await chains.take(variant, batch))[0]).toBe(99);
    }
  }
  await chains.close();
});

test("the files are gone after close", async () => {
  const before = await chainFolders();
  const chains = await openChains(1, [4], 0);
  expect(await chainFolders()).toHaveLength(before.length + 1);
  await chains.close();
  expect(await chainFolders()).toEqual(before);
});
