import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, dtypeBits, tensorBytes } from "./dtype.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { temporaryFolder, writeRaw } from "./test-files.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const python = fileURLToPath(new URL("./fixtures/python.safetensors", import.meta.url));

describe("a file that Python's safetensors wrote", () => {
  it("reads with the values that went in", async () => {
    const file = await openSafetensors(python);
    expect(file.metadata).toEqual({ format: "pt" });
    expect(file.info("layer.weight")).toEqual({ name: "layer.weight", dtype: "F16", shape: [2, 3], bytes: 12 });
    expect(await file.readFloat32("layer.weight")).toEqual(
      Float32Array.of(0.5, -1.25, 3, 0.0010004043579101562, 65504, -0),
    );
    expect(await file.readFloat32("layer.bias")).toEqual(Float32Array.of(0.10009765625, -2.71875));
    expect(await file.readFloat32("scale")).toEqual(Float32Array.of(3.14159274));
    expect(await file.readFloat32("wide")).toEqual(Float32Array.of(1.5, Number.NEGATIVE_INFINITY, 0.1));
    expect(await file.readFloat32("größe ω")).toEqual(Float32Array.of(1, 2));
    expect(await file.readFloat32("empty")).toEqual(new Float32Array(0));
    expect(await file.readInt32("ids")).toEqual(Int32Array.of(0, -1, 2147483647, -2147483648));
    expect(await file.readInt32("small")).toEqual(Int32Array.of(-128, 127));
    expect(await file.readInt32("mask")).toEqual(Int32Array.of(1, 0, 1));
    expect(await file.readInt32("codes")).toEqual(Int32Array.of(0, 255, 7));
    expect(await file.readInt32("10")).toEqual(Int32Array.of(7));
    expect(await file.readBytes("e4m3")).toEqual(Uint8Array.of(0x38, 0xb0));
    await file.close();
  });

  it("reads by rows", async () => {
    const file = await openSafetensors(python);
    expect(await file.readFloat32("layer.weight", [1, 2])).toEqual(Float32Array.of(0.0010004043579101562, 65504, -0));
    expect(await file.readFloat32("wide", [2, 3])).toEqual(Float32Array.of(0.1));
    expect(await file.readInt32("ids", [1, 2])).toEqual(Int32Array.of(2147483647, -2147483648));
    expect(await file.readInt32("too_wide", [0, 1])).toEqual(Int32Array.of(1));
    expect(await file.readBytes("codes", [1, 3])).toEqual(Uint8Array.of(255, 7));
    expect(await file.readBytes("codes", [3, 3])).toEqual(new Uint8Array(0));
    expect(await file.readFloat32("empty", [0, 0])).toEqual(new Float32Array(0));
    await file.close();
  });

  it("is written again byte for byte, whatever order the tensors come in", async () => {
    const file = await openSafetensors(python);
    const path = join(folder(), "again.safetensors");
    const entries = [...file.names()]
      .reverse()
      .map((name) => ({ ...file.info(name), data: () => file.readBytes(name) }));
    await writeSafetensors(path, entries, file.metadata);
    expect(await readFile(path)).toEqual(await readFile(python));
    await file.close();
  });

  it("refuses what it does not hold", async () => {
    const file = await openSafetensors(python);
    const error = (code: string) => ({ name: "BenchError", code, message: expect.stringContaining(python) });
    await expect(file.readFloat32("absent")).rejects.toMatchObject(error("missing-tensor"));
    expect(() => file.info("absent")).toThrow(/no tensor "absent"/);
    expect([file.has("ids"), file.has("absent"), file.has("__metadata__")]).toEqual([true, false, false]);
    await expect(file.readFloat32("ids")).rejects.toMatchObject(error("not-float"));
    await expect(file.readFloat32("e4m3")).rejects.toMatchObject(error("not-float"));
    await expect(file.readInt32("scale")).rejects.toMatchObject(error("not-integer"));
    await expect(file.readInt32("too_wide")).rejects.toMatchObject({
      ...error("integer-range"),
      message: expect.stringContaining('element 1 of tensor "too_wide"'),
    });
    for (const rows of [
      [0, 3],
      [-1, 1],
      [2, 1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      await expect(file.readFloat32("layer.weight", rows)).rejects.toMatchObject(error("bad-rows"));
    }
    await expect(file.readFloat32("scale", [0, 1])).rejects.toMatchObject(error("bad-rows"));
    await file.close();
    await expect(file.readInt32("ids")).rejects.toMatchObject(error("source-closed"));
  });
});

const folder = temporaryFolder();

describe("what is written", () => {
  const dtypes = (Object.keys(dtypeBits) as DType[]).filter((dtype) => dtypeBits[dtype] >= 8);
  const entry = fc
    .record({
      name: fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => name !== "__metadata__"),
      dtype: fc.constantFrom(...dtypes),
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
    })
    .chain((head) => {
      const bytes = tensorBytes(head.dtype, head.shape);
      return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => ({ ...head, data }));
    });
  const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 6 });

  it("reads back, each tensor aligned to its elements", async () => {
    const path = join(folder(), "any.safetensors");
    await fc.assert(
      fc.asyncProperty(entries, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), async (tensors, metadata) => {
        await writeSafetensors(path, tensors, metadata);
        const file = await openSafetensors(path);
        expect({ ...file.metadata }).toEqual({ ...metadata });
        expect([...file.names()].sort()).toEqual(tensors.map(({ name }) => name).sort());
        for (const { name, dtype, shape, data } of tensors) {
          expect(file.info(name)).toEqual({ name, dtype, shape, bytes: data.length });
          expect(await file.readBytes(name)).toEqual(data);
        }
        await file.close();
        const bytes = await readFile(path);
        const length = Number(bytes.readBigUInt64LE());
        expect(length % 8).toBe(0);
        const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<string, Record<string, number[]>>;
        for (const { name, dtype } of tensors) {
          expect(header[name].data_offsets[0] % (dtypeBits[dtype] / 8)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("reads back in one piece when tensors are longer than a conversion buffer, from concurrent reads", async () => {
    const path = join(folder(), "long.safetensors");
    const rows = 5;
    const columns = 1_100_003;
    const halves = Uint16Array.from({ length: rows * columns }, (_, i) => (i * 40503) % 0x7f80);
    await writeSafetensors(path, [{ name: "w", dtype: "BF16", shape: [rows, columns], data: halves }]);
    const file = await openSafetensors(path);
    const [whole, ...parts] = await Promise.all([
      file.readFloat32("w"),
      ...Array.from({ length: rows }, (_, row) => file.readFloat32("w", [row, row + 1])),
    ]);
    await file.close();
    const words = new Uint32Array(whole.buffer);
    expect(words.findIndex((word, i) => word !== halves[i] * 0x10000)).toBe(-1);
    parts.forEach((part, row) => {
      expect(Buffer.compare(Buffer.from(part.buffer), Buffer.from(whole.buffer, row * columns * 4, columns * 4))).toBe(
        0,
      );
    });
  });

  it("is a sub-byte tensor only when it fills its last byte", async () => {
    const path = join(folder(), "nibbles.safetensors");
    await writeSafetensors(path, [{ name: "q", dtype: "F4", shape: [2, 3], data: Uint8Array.of(1, 2, 3) }]);
    const file = await openSafetensors(path);
    expect(await file.readBytes("q")).toEqual(Uint8Array.of(1, 2, 3));
    await expect(file.readBytes("q", [0, 1])).rejects.toMatchObject({ code: "bad-rows" });
    await file.close();
  });
});

describe("readInt32", () => {
  it.each([
    ["I64", BigInt64Array.of(2n ** 31n - 1n, -(2n ** 31n)), -1],
    ["I64", BigInt64Array.of(0n, 2n ** 31n), 1],
    ["I64", BigInt64Array.of(0n, -(2n ** 31n) - 1n), 1],
    ["I64", BigInt64Array.of(-(2n ** 63n)), 0],
    ["U64", BigUint64Array.of(2n ** 31n - 1n), -1],
    ["U64", BigUint64Array.of(1n, 2n, 2n ** 64n - 1n), 2],
    ["U32", Uint32Array.of(2 ** 31 - 1), -1],
    ["U32", Uint32Array.of(2 ** 31), 0],
    ["I16", Int16Array.of(-32768, 32767), -1],
    ["U16", Uint16Array.of(65535), -1],
  ] as const)("of %s %s finds what does not fit at %i", async (dtype, data, badIndex) => {
    const path = join(folder(), "integers.safetensors");
    await writeSafetensors(path, [{ name: "n", dtype, shape: [data.length], data }]);
    const file = await openSafetensors(path);
    if (badIndex < 0) expect(await file.readInt32("n")).toEqual(Int32Array.from(data, Number));
    else await expect(file.readInt32("n")).rejects.toThrow(`element ${badIndex} of tensor "n"`);
    await file.close();
  });
});

describe("a file beyond 4 GB", () => {
  it("is read at its far end", async () => {
    const far = 2 ** 32 + 6;
    const header = `{"a":{"dtype":"U8","shape":[${far}],"data_offsets":[0,${far}]},"b":{"dtype":"F32","shape":[2],"data_offsets":[${far},${far + 8}]}}`;
    const path = await writeRaw(join(folder(), "far.safetensors"), header, new Uint8Array(0));
    const handle = await open(path, "r+");
    const start = 8 + header.length;
    await handle.write(Uint8Array.of(42), 0, 1, start + far - 1);
    await handle.write(new Uint8Array(Float32Array.of(1.5, -2).buffer), 0, 8, start + far);
    await handle.close();
    const file = await openSafetensors(path);
    expect(await file.readFloat32("b")).toEqual(Float32Array.of(1.5, -2));
    expect(await file.readInt32("a", [far - 2, far])).toEqual(Int32Array.of(0, 42));
    await file.close();
  });
});
