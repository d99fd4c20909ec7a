import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float32ToBfloat16, float32ToFloat16, openSafetensors, writeSafetensors } from "@sinqbench/tensor";
import { expect, onTestFinished, test } from "vitest";
import { readStored, valuesOf } from "./stored-tensor.ts";

const VALUES = Float32Array.of(0, -1.5, 3e-6, 65_000, 0.1, -2);
const TYPES = {
  F32: (values: Float32Array) => values,
  F16: (values: Float32Array) => float32ToFloat16(values),
  BF16: (values: Float32Array) => float32ToBfloat16(values),
} as const;

async function open(dtype: keyof typeof TYPES, values: Float32Array) {
  const folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  const path = join(folder, "model.safetensors");
  // A tensor before it, so that its bytes start anywhere.
  const before = { name: "a", dtype: "U8", shape: [3], data: new Uint8Array(3) } as const;
  await writeSafetensors(path, [before, { name: "w", dtype, shape: [2, 3], data: TYPES[dtype](values) }]);
  const source = await openSafetensors(path);
  onTestFinished(async () => {
    await source.close();
    await rm(folder, { recursive: true });
  });
  return source;
}
const tensor = { name: "w", shape: [2, 3], kind: "linear" } as const;

test.each(["F32", "F16", "BF16"] as const)("%s gives its values as often as asked", async (dtype) => {
  const source = await open(dtype, VALUES);
  const stored = await readStored(source, tensor);
  const expected = await source.readFloat32("w");
  const first = valuesOf(stored);
  expect(first).toEqual(expected);
  first.fill(9);
  const second = new Float32Array(6).fill(7);
  stored.into(second);
  expect(second).toEqual(expected);
});

test.each(["F32", "F16", "BF16"] as const)("%s: NaN and infinity are refused by their place", async (dtype) => {
  const broken = (value: number) => VALUES.map((own, i) => (i === 4 ? value : own));
  await expect(readStored(await open(dtype, broken(Number.NaN)), tensor)).rejects.toThrow(
    /w holds NaN at row 1, column 1/,
  );
  const infinite = readStored(await open(dtype, broken(-Infinity)), tensor);
  await expect(infinite).rejects.toThrow(/w holds -Infinity at row 1, column 1/);
});
