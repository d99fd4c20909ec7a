import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSafetensors, sha256Hex, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { expect, onTestFinished, test } from "vitest";
import { float8Values } from "./float8.ts";
import { scaledSource } from "./scaled-source.ts";

const [ROWS, COLS] = [7, 10];
const BLOCK = [3, 4] as const;
const codes = Uint8Array.from({ length: ROWS * COLS }, (_, i) => (i * 37 + 5) % 127);
const scales = Float32Array.from({ length: 9 }, (_, i) => 0.25 + i / 8);
const weight: TensorEntry = { name: "w", dtype: "F8_E4M3", shape: [ROWS, COLS], data: codes };
const scale: TensorEntry = { name: "w_scale_inv", dtype: "F32", shape: [3, 3], data: scales };
const norm: TensorEntry = { name: "norm", dtype: "F32", shape: [2], data: Float32Array.of(1, 2) };

async function open(entries: readonly TensorEntry[], scaledBlock: readonly [number, number] | null = BLOCK) {
  const folder = await mkdtemp(join(tmpdir(), "models-"));
  const path = join(folder, "model.safetensors");
  await writeSafetensors(path, entries);
  const source = scaledSource(await openSafetensors(path), { scaledBlock });
  onTestFinished(async () => {
    await source.close();
    await rm(folder, { recursive: true });
  });
  return source;
}

test("the codes are PyTorch's float8_e4m3fn", () => {
  // torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).float(), NaN as 0: SHA-256 of its bytes.
  const values = float8Values.map((value) => (Number.isNaN(value) ? 0 : value));
  expect(sha256Hex(new Uint8Array(values.buffer))).toBe(
    "0c5d81084420441d5c98db2c276b865fc29738d60fba9c32b55aa8214762b794",
  );
  expect([float8Values[0x7f], float8Values[0xff]]).toEqual([Number.NaN, Number.NaN]);
  expect([0x01, 0x38, 0x7e, 0xb4].map((code) => float8Values[code])).toEqual([2 ** -9, 1, 448, -0.75]);
});

test("a matrix reads as its values times the scales of their blocks, whole and by rows", async () => {
  const source = await open([weight, scale, norm]);
  const expected = Float32Array.from({ length: ROWS * COLS }, (_, i) => {
    const [row, column] = [Math.floor(i / COLS), i % COLS];
    return float8Values[codes[i]!]! * scales[Math.floor(row / 3) * 3 + Math.floor(column / 4)]!;
  });
  expect(await source.readFloat32("w")).toEqual(expected);
  expect(await source.readFloat32("w", [2, 7])).toEqual(expected.subarray(2 * COLS));
  expect(await source.readFloat32("w", [4, 5])).toEqual(expected.subarray(4 * COLS, 5 * COLS));
  expect(source.info("w")).toEqual({ name: "w", dtype: "F32", shape: [ROWS, COLS], bytes: 4 * ROWS * COLS });
  const bytes = await source.readBytes("w", [0, 1]);
  expect(new Float32Array(bytes.buffer)).toEqual(expected.subarray(0, COLS));
});

test("scales are a part of their weight, and all else is as it is stored", async () => {
  const source = await open([weight, scale, norm]);
  expect(source.names()).toEqual(["norm", "w"]);
  expect(await source.readFloat32("norm")).toEqual(Float32Array.of(1, 2));
  await expect(source.prefetch("w", [0, 2])).resolves.toBeUndefined();
});

test("a checkpoint whose config names no block comes back itself", async () => {
  const source = await open([weight, scale], null);
  expect(source.info("w").dtype).toBe("F8_E4M3");
  await expect(source.readFloat32("w")).rejects.toMatchObject({ code: "not-float" });
});

test("missing scales, and scales of another shape, are one clear error", async () => {
  const without = await open([weight]);
  await expect(without.readFloat32("w")).rejects.toThrow(
    /"w" is of 8-bit floats but its scales "w_scale_inv" are missing/,
  );
  const other = await open([weight, scale], [3, 5]);
  await expect(other.readFloat32("w")).rejects.toThrow(
    /"w_scale_inv" is \[3, 3\] where weight_block_size of config\.json implies \[3, 2\]/,
  );
});
