import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Cell, type CellInputs, cellKey } from "./cell.ts";
import { CellStore } from "./cell-store.ts";
import { temporaryFolder } from "./test-support.ts";

const inputs: CellInputs = {
  model: "a".repeat(64),
  variant: { method: "sinq", config: { bits: 4, groupSize: 64 }, options: { iterations: 16 } },
  tokens: { length: 4, count: 2, sha256: "b".repeat(64) },
  calibration: null,
  code: "c".repeat(64),
  numerics: { provider: "cpu", onnxruntime: "1.30.0" },
};
const cell: Cell = {
  inputs,
  numbers: { quantizedBytes: 10, quantizedWeights: 20, linearWeights: 30, otherBytes: 40 },
  nll: Float32Array.of(0.1, 2.5, -0, 1e-40, 7, 3.3),
  provenance: { model: "tiny", seconds: 1.5 },
};

async function filled() {
  const said: string[] = [];
  const root = await temporaryFolder();
  const store = new CellStore(root, (line) => said.push(line));
  await store.write(cell);
  const path = join(root, "cells", cellKey(inputs).slice(0, 2), `${cellKey(inputs)}.safetensors`);
  return { root, store, said, path };
}

describe("a cell", () => {
  it("comes back to the bit, and only for its own inputs", async () => {
    const { store, said } = await filled();
    expect(await store.read(inputs)).toEqual(cell);
    expect(await store.readKey(cellKey(inputs))).toEqual(cell);
    expect(await store.read({ ...inputs, code: "d".repeat(64) })).toBeNull();
    expect(said).toEqual([]);
  });

  it.each<[string, Partial<CellInputs>]>([
    ["model", { model: "0" }],
    ["an option", { variant: { ...inputs.variant, options: { iterations: 17 } } }],
    ["ids", { tokens: { ...inputs.tokens, sha256: "0" } }],
    ["how ids are cut", { tokens: { ...inputs.tokens, length: 3, count: 3 } }],
    ["calibration", { calibration: inputs.tokens }],
    ["code", { code: "0" }],
    ["numerics", { numerics: { ...inputs.numerics, provider: "cuda" } }],
  ])("has another key for another %s", (_, change) => {
    expect(cellKey({ ...inputs, ...change })).not.toBe(cellKey(inputs));
  });

  it("is listed, and cleared", async () => {
    const { store, root } = await filled();
    const [stored, ...others] = await store.list();
    expect(others).toEqual([]);
    expect(stored!.cell).toEqual(cell);
    expect(await store.clear()).toBe(stored!.bytes);
    expect(await store.read(inputs)).toBeNull();
    expect(await readdir(root)).toEqual([]);
  });
});

describe("a damaged cell is said in one line and not used", () => {
  it("one flipped bit, at any place", async () => {
    const { store, said, path } = await filled();
    const whole = await readFile(path);
    // The header's padding means nothing; everything else does.
    const places = Array.from(whole.keys()).filter((at) => at % 7 === 0 || at > whole.length - 24);
    let used = 0;
    for (const at of places) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      await writeFile(path, damaged);
      const read = await store.read(inputs);
      if (read) expect(read).toEqual(cell);
      if (read) used++;
    }
    expect(used).toBeLessThan(8);
    expect(said).toHaveLength(places.length - used);
    for (const line of said) expect(line).toMatch(/safetensors is damaged \([^\n]*\); its cell is computed again$/);
  });

  it.each([0, 5, 100, -1])("cut at %i", async (end) => {
    const { store, said, path } = await filled();
    await writeFile(path, (await readFile(path)).subarray(0, end));
    expect(await store.read(inputs)).toBeNull();
    expect(said).toHaveLength(1);
  });

  it("under another cell's name", async () => {
    const { store, said, path } = await filled();
    const other = { ...inputs, code: "d".repeat(64) };
    await store.write({ ...cell, inputs: other });
    const key = cellKey(other);
    await rename(path, path.replace(/[^/]*\/[^/]*$/, `${key.slice(0, 2)}/${key}.safetensors`));
    expect(await store.read(other)).toBeNull();
    expect(said[0]).toContain("belongs to another key");
    expect(await store.list()).toEqual([]);
  });
});

it("a folder that cannot be written is one clear error", async () => {
  const { store, root } = await filled();
  await store.clear();
  await writeFile(join(root, "cells"), "a file where the folder should be");
  await expect(store.write(cell)).rejects.toThrow(/cannot be written \(.*\); set SINQBENCH_CACHE/);
});
