import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import { openSafetensors, seededRandom, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { encodeDynamic8 } from "../aux-dynamic8.ts";
import { decode } from "../decode.ts";
import { roundAndStore } from "../round-and-store.ts";
import { roundings } from "../roundings.ts";
import { storedBytes } from "../stored-bytes.ts";
import type { Aux, AuxPrecision, Encoded } from "../types.ts";
import { encodedFromTensors } from "./encoded-from-tensors.ts";
import { encodedToTensors, type PackedDescription } from "./encoded-tensors.ts";
import { isPacked, packedMetadata } from "./packed-metadata.ts";
import { packedMatrices, unpacked } from "./packed-source.ts";

const kernels = loadKernels();
const [rows, cols, group] = [8, 128, 32];
const weight = { rows, cols, data: seededRandom(3).fillNormal(new Float32Array(rows * cols), 0.1) };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sinqbench-packed-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function encode(aux: AuxPrecision, rounding: keyof typeof roundings, bits: number, columns = false): Encoded {
  const tile = { tileRows: 4, tileCols: group };
  const scales = kernels.sinkhorn(weight.data, rows, cols, {
    ...{ ...tile, iterations: 4, stepMin: 0.7, stepMax: 2, earlyStop: true },
  });
  const request = {
    method: "made-here",
    ...{ config: { bits, tiling: "2d", aux } as const, group, rounding: roundings[rounding] },
    ...(columns && { normalize: { ...scales, ...tile } }),
  };
  return roundAndStore(weight, request, { kernels });
}

const plain = encode("f16", "rtn", 4);
/** Double-quantized scales, columns in another order, and groups that run on with a shorter last one. */
const dynamic: Encoded = { ...plain, scale: encodeDynamic8(new Float32Array(32).fill(0.01), [8, 4]) };
const ordered: Encoded = { ...plain, columnOrder: Int32Array.from({ length: cols }, (_, j) => (j * 37) % cols) };
const flatAux = (value: number): Aux => ({ dtype: "f32", shape: [11], data: new Float32Array(11).fill(value) });
const flat: Encoded = {
  ...{ method: "flat", rows, cols, bits: 4, group: 96, tiling: "1d", grouping: "flat" },
  ...{ codes: plain.codes, scale: flatAux(0.5), zero: flatAux(7) },
};

const encodings: readonly (readonly [string, Encoded])[] = [
  ["f16", plain],
  ["f32 and 3 bits", encode("f32", "rtn", 3)],
  ["8-bit", encode("u8", "rtn", 2)],
  ["one zero for all", encode("f16", "rtn-sym", 5)],
  ["a codebook", encode("f16", "nf3", 3)],
  ["column scales", encode("f16", "rtn", 8, true)],
  ["double-quantized", dynamic],
  ["reordered", ordered],
  ["flat", flat],
  ["rotated", { ...plain, inputTransform: { kind: "hadamard", block: 64 } }],
];

async function write(name: string, encoded: Encoded, change = (entries: TensorEntry[]) => entries): Promise<string> {
  const { tensors, description } = encodedToTensors("layer.weight", encoded);
  const other: TensorEntry = { name: "norm", dtype: "F32", shape: [2], data: Float32Array.of(1, 2) };
  const path = join(folder, `${name}.safetensors`);
  await writeSafetensors(path, change([...tensors, other]), packedMetadata(new Map([["layer.weight", description]])));
  return path;
}

describe.each(encodings)("a packed matrix: %s", (name, encoded) => {
  it("is the same encoding again after it was in a file, with as many bytes as it stores", async () => {
    const source = await openSafetensors(await write(name, encoded));
    const { tensors, description } = encodedToTensors("layer.weight", encoded);
    const json = JSON.parse(JSON.stringify(description)) as PackedDescription;
    expect(await encodedFromTensors(source, "layer.weight", json)).toEqual(encoded);
    expect(tensors.reduce((sum, entry) => sum + source.info(entry.name).bytes, 0)).toBe(storedBytes(encoded));
    await source.close();
  });

  it("reads as the decoded weight, whole, by rows and as bytes", async () => {
    const source = unpacked(await openSafetensors(await write(name, encoded)), kernels);
    const values = decode(encoded, kernels);
    expect(source.info("layer.weight")).toMatchObject({ dtype: "F32", shape: [rows, cols], bytes: 4 * rows * cols });
    expect(await source.readFloat32("layer.weight")).toEqual(values);
    expect(await source.readFloat32("layer.weight", [2, 5])).toEqual(values.slice(2 * cols, 5 * cols));
    expect(await source.readFloat32("layer.weight", [5, 6])).toEqual(values.slice(5 * cols, 6 * cols));
    const bytes = await source.readBytes("layer.weight", [1, 2]);
    expect(Buffer.from(bytes).equals(Buffer.from(values.slice(cols, 2 * cols).buffer))).toBe(true);
    expect(packedMatrices(source).get("layer.weight")).toEqual({
      ...{ method: encoded.method, bits: encoded.bits, weights: rows * cols, bytes: storedBytes(encoded) },
    });
    await source.close();
  });
});

it("is read ahead part by part and not decoded", async () => {
  const file = await openSafetensors(await write("ahead", plain));
  const prefetch = vi.spyOn(file, "prefetch");
  const readBytes = vi.spyOn(file, "readBytes");
  const source = unpacked(file, kernels);
  await source.prefetch("layer.weight");
  const parts = file.names().filter((name) => name.startsWith("layer.weight"));
  expect(prefetch.mock.calls.map(([name]) => name).toSorted()).toEqual(parts.toSorted());
  expect(readBytes).not.toHaveBeenCalled();
  await file.close();
});

it.each([
  { kind: "hadamard", block: 96 },
  { kind: "hadamard", block: 256 },
  { kind: "other", block: 64 },
])("a packed matrix with inputs transformed by %j is refused", async (inputTransform) => {
  const source = await openSafetensors(await write("transform", { ...plain, inputTransform } as Encoded));
  const read = unpacked(source, kernels).readFloat32("layer.weight");
  await expect(read).rejects.toMatchObject({
    code: "damaged-packed",
    message: expect.stringContaining(`its input transform is ${inputTransform.kind} in blocks of`),
  });
  await source.close();
});

describe("a packed file", () => {
  it("names tensors after what they hold, with the shapes of scales", () => {
    const { tensors } = encodedToTensors("w", encode("f16", "nf4", 4, true));
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, ...shape])).toEqual([
      ["w.codes", "U8", (rows * cols) / 2],
      ["w.levels", "F32", 16],
      ["w.scale", "F16", 8, 4],
      ["w.zero", "F16", 8, 4],
      ["w.columnScale", "F16", 2, 128],
    ]);
    const eight = encodedToTensors("w", encode("u8", "rtn", 4)).tensors.map(({ name }) => name);
    expect(eight).toContain("w.scale.codes");
    expect(eight).toContain("w.zero.step");
  });

  it("keeps whatever fields an encoding has, at any depth", async () => {
    const more = { ...plain, transform: { kind: "signs", blocks: [64, 32], inner: { signs: Int32Array.of(1, -1) } } };
    const source = await openSafetensors(await write("more", more));
    const { description } = encodedToTensors("layer.weight", more);
    expect(await encodedFromTensors(source, "layer.weight", description)).toEqual(more);
    expect(source.has("layer.weight.transform.inner.signs")).toBe(true);
    await source.close();
  });

  it("reads matrices slice by slice in any order, from bytes that lie anywhere", async () => {
    const matrices = { a: plain, b: { ...plain, scale: plain.zero } };
    const made = Object.entries(matrices).map(([name, encoded]) => [name, encodedToTensors(name, encoded)] as const);
    const metadata = packedMetadata(new Map(made.map(([name, { description }]) => [name, description])));
    const path = join(folder, "two.safetensors");
    await writeSafetensors(
      path,
      made.flatMap(([, { tensors }]) => tensors),
      metadata,
    );
    const file = await openSafetensors(path);
    const unaligned = async (name: string) => {
      const bytes = await file.readBytes(name);
      const shifted = new Uint8Array(bytes.length + 1);
      shifted.set(bytes, 1);
      return shifted.subarray(1);
    };
    const source = unpacked(
      new Proxy(file, {
        get: (target, key) => {
          if (key === "readBytes") return unaligned;
          const value = Reflect.get(target, key, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
      kernels,
    );
    for (const name of ["a", "b", "a"] as const) {
      const values = decode(matrices[name], kernels);
      expect(await source.readFloat32(name, [1, 2])).toEqual(values.slice(cols, 2 * cols));
    }
    await file.close();
  });

  it("shows weights by their own names and the rest as it is", async () => {
    const stored = await openSafetensors(await write("names", plain));
    const source = unpacked(stored, kernels);
    expect([...source.names()].sort()).toEqual(["layer.weight", "norm"]);
    expect(source.has("layer.weight")).toBe(true);
    expect(await source.readFloat32("norm")).toEqual(Float32Array.of(1, 2));
    expect(() => source.info("absent")).toThrow(expect.objectContaining({ code: "missing-tensor" }));
    await source.close();
    await expect(source.readFloat32("layer.weight")).rejects.toMatchObject({ code: "source-closed" });
  });

  it("is told from an ordinary one, which stays itself", async () => {
    const path = join(folder, "ordinary.safetensors");
    await writeSafetensors(path, [{ name: "norm", dtype: "F32", shape: [1], data: Float32Array.of(1) }], { a: "b" });
    const source = await openSafetensors(path);
    expect(isPacked(source)).toBe(false);
    expect(unpacked(source, kernels)).toBe(source);
    expect(packedMatrices(source).size).toBe(0);
    await source.close();
  });
});

describe("a damaged packed file", () => {
  const replaced = (name: string, entry: Partial<TensorEntry> | null) => (entries: TensorEntry[]) =>
    entries.flatMap((old) => (old.name !== `layer.weight.${name}` ? [old] : entry ? [{ ...old, ...entry }] : []));
  const read = async (path: string) => {
    const source = await openSafetensors(path);
    try {
      return await unpacked(source, kernels).readFloat32("layer.weight");
    } finally {
      await source.close();
    }
  };

  it.each([
    ["codes", plain, null, 'its tensor "layer.weight.codes" is missing'],
    ["zero", plain, null, 'its tensor "layer.weight.zero" is missing'],
    ["codes", plain, { shape: [4], data: new Uint8Array(4) }, "it has 4 bytes of codes where 512 are needed"],
    ["scale", plain, { shape: [2], data: new Uint16Array(2) }, "its scale has 2 values where 32 are needed"],
    ["scale", plain, { dtype: "U16" }, 'its tensor "layer.weight.scale" is U16 instead of F16'],
    ["columnOrder", ordered, { data: new Int32Array(cols) }, "its column order is not one of 128 columns"],
    ["scale.blockMax", dynamic, { shape: [0], data: new Float32Array(0) }, "8-bit blocks of its scale"],
    ["zero", flat, { shape: [10], data: new Float32Array(10) }, "its zero has 10 values where 11 are needed"],
  ] as const)("whose %s is not right is one clear error", async (part, encoded, entry, problem) => {
    const path = await write(`damaged-${part}`, encoded, replaced(part, entry as Partial<TensorEntry> | null));
    const error = await read(path).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "BenchError", code: "damaged-packed" });
    expect(error.message).toContain(`${path}: its quantized matrix layer.weight cannot be decoded: `);
    expect(error.message).toContain(problem);
  });

  it("refuses a column beyond the last", async () => {
    const beyond = replaced("columnOrder", { data: Int32Array.from({ length: cols }, (_, j) => j + 1) });
    await expect(read(await write("beyond", ordered, beyond))).rejects.toThrow("its column order");
  });

  it("refuses ranges that are not complete, and a code without a level", async () => {
    const step = replaced("scale.step", { shape: [0], data: new Float32Array(0) });
    await expect(read(await write("step", encode("u8", "rtn", 4), step))).rejects.toThrow("8-bit ranges of its scale");
    const few = replaced("levels", { shape: [7], data: Float32Array.of(-1, -0.7, -0.4, -0.1, 0.2, 0.5, 1) });
    await expect(read(await write("levels", encode("f16", "nf3", 3), few))).rejects.toThrow(
      /code 7 has no level among 7/,
    );
  });

  it.each([
    ["{", /describes its quantized matrices in something that is not JSON/],
    ['{"version":2,"tensors":{}}', /is packed in version 2 of the format, not 1/],
    ['{"version":1,"tensors":{}}', /describes no matrix/],
    ['{"version":1,"tensors":{"a":3}}', /describes no matrix/],
    ['{"version":1,"tensors":{"a":{"rows":0,"cols":4}}}', /its shape is \[0, 4\]/],
    ['{"version":1,"tensors":{"norm":{"rows":1,"cols":1}}}', /a second time, not quantized/],
    ['{"version":1,"tensors":{"a":{"rows":1,"cols":1}}}', /cannot be decoded: group is undefined/],
    ['{"version":1,"tensors":{"a":{"rows":1,"cols":1,"group":1,"bits":4}}}', /cannot be decoded: it has no codes/],
  ])("described by %s is one clear error", async (description, problem) => {
    const path = join(folder, "description.safetensors");
    const norm: TensorEntry = { name: "norm", dtype: "F32", shape: [1], data: Float32Array.of(1) };
    await writeSafetensors(path, [norm], { "sinqbench.packed": description });
    const source = await openSafetensors(path);
    const act = async () => unpacked(source, kernels).readFloat32("a");
    await expect(act()).rejects.toMatchObject({ code: "damaged-packed", message: expect.stringMatching(problem) });
    await source.close();
  });
});
