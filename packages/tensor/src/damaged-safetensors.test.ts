import { appendFile, mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "./open-safetensors.ts";
import { MAX_HEADER_BYTES } from "./safetensors-file.ts";
import { temporaryFolder, writeRaw } from "./test-files.ts";

const folder = temporaryFolder();
const bytes = (count: number) => new Uint8Array(count);
const tensor = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

async function problemOf(path: string): Promise<{ code: string; message: string }> {
  const error = await openSafetensors(path).then(
    () => {
      throw new Error(`${path} was accepted`);
    },
    (cause: unknown) => cause as { name: string; code: string; message: string },
  );
  expect(error.name).toBe("BenchError");
  expect(error.message).toContain(path);
  expect(error.message).not.toContain("\n");
  return error;
}

describe("a damaged header", () => {
  const f32 = (begin: number, end: number) => tensor("F32", [(end - begin) / 4], [begin, end]);

  it.each([
    ["is not JSON", "{nonsense", 0, /header is not JSON/],
    ["is not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 0, /header is not JSON/],
    ["is an array", "[]", 0, /does not begin with "\{"/],
    ["begins with a blank", " {}", 0, /does not begin with "\{"/],
    ["is empty", "", 0, /does not begin with "\{"/],
    ["has metadata that are not strings", '{"__metadata__":{"a":1}}', 0, /__metadata__/],
    ["has metadata that are no table", '{"__metadata__":"a"}', 0, /__metadata__/],
    ["describes a tensor by a number", '{"w":1}', 0, /"w" is not described/],
    ["describes a tensor by null", '{"w":null}', 0, /"w" is not described/],
    ["has no offsets", '{"w":{"dtype":"F32","shape":[1]}}', 4, /"w" has the impossible offsets \(none\)/],
    ["has three offsets", `{"w":${tensor("F32", [1], [0, 4, 4])}}`, 4, /"w" has the impossible offsets/],
    ["has a negative offset", `{"w":${tensor("F32", [2], [-4, 4])}}`, 4, /"w" has the impossible offsets/],
    ["has a fractional offset", `{"w":${tensor("F32", [1], [0.5, 4.5])}}`, 8, /"w" has the impossible offsets/],
    ["has an end before its begin", `{"w":${tensor("F32", [1], [4, 0])}}`, 4, /"w" has the impossible offsets/],
    ["has a shape that is no list", `{"w":${tensor("F32", 1, [0, 4])}}`, 4, /"w" has the impossible shape 1/],
    ["has a negative dimension", `{"w":${tensor("F32", [-1, -1], [0, 4])}}`, 4, /"w" has the impossible shape/],
    ["has a dimension that is no number", `{"w":${tensor("F32", ["1"], [0, 4])}}`, 4, /"w" has the impossible shape/],
    ["has a shape beyond 2^53", `{"w":${tensor("U8", [2 ** 40, 2 ** 40], [0, 4])}}`, 4, /"w" has the impossible shape/],
    ["ends a tensor beyond the file", `{"w":${f32(0, 8)}}`, 7, /"w" ends at byte 8 of 7/],
    [
      "has fewer bytes than the shape",
      `{"w":${tensor("F32", [2], [0, 4])}}`,
      4,
      /"w" of F32 \[2\] needs 8 bytes and has 4/,
    ],
    [
      "has more bytes than the shape",
      `{"w":${tensor("F16", [1], [0, 4])}}`,
      4,
      /"w" of F16 \[1\] needs 2 bytes and has 4/,
    ],
    ["breaks its last byte", `{"w":${tensor("F4", [3], [0, 2])}}`, 2, /"w" of F4 \[3\] needs a broken last byte/],
    ["overlaps two tensors", `{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12, /"b" overlaps/],
    ["gives two tensors the same bytes", `{"a":${f32(0, 4)},"b":${f32(0, 4)}}`, 4, /"b" overlaps/],
    ["leaves a hole at the start", `{"a":${f32(4, 8)}}`, 8, /"a" leaves a hole of 4 bytes/],
    ["leaves a hole inside", `{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12, /"b" leaves a hole of 4 bytes/],
    ["leaves bytes at the end", `{"a":${f32(0, 4)}}`, 5, /last 1 bytes belong to no tensor/],
    ["names a tensor twice", `{"w":${f32(0, 4)},"w":${f32(0, 4)}}`, 4, /"w" stands twice/],
    ["spells a name twice", `{"w":${f32(0, 4)},"\\u0077":${f32(0, 4)}}`, 4, /"w" stands twice/],
  ])("%s", async (_, header, data, message) => {
    const path = await writeRaw(join(folder(), "damaged.safetensors"), header, bytes(data));
    expect(await problemOf(path)).toMatchObject({
      code: "damaged-safetensors",
      message: expect.stringMatching(message),
    });
  });

  it.each([["F31"], ["float32"], [7], [undefined], ["toString"]])("has the dtype %s", async (dtype) => {
    const path = await writeRaw(join(folder(), "dtype.safetensors"), `{"w":${tensor(dtype, [1], [0, 4])}}`, bytes(4));
    expect(await problemOf(path)).toMatchObject({ code: "unknown-dtype", message: expect.stringContaining('"w"') });
  });
});

describe("a damaged file", () => {
  it.each([0, 1, 7])("of %i bytes is too short", async (count) => {
    const path = join(folder(), "short.safetensors");
    await writeFile(path, bytes(count));
    expect((await problemOf(path)).message).toContain(`it has ${count} bytes`);
  });

  it("claims a header beyond its end", async () => {
    const path = await writeRaw(join(folder(), "cut.safetensors"), "{}", bytes(0), 3n);
    expect((await problemOf(path)).message).toContain("claims 3 of the file's 10 bytes");
  });

  it.each([BigInt(MAX_HEADER_BYTES) + 1n, 2n ** 63n, 2n ** 64n - 1n])("claims a header of %s bytes", async (length) => {
    const path = await writeRaw(join(folder(), "huge.safetensors"), "{}", bytes(0), length);
    await truncate(path, MAX_HEADER_BYTES + 100);
    expect((await problemOf(path)).message).toContain(`more than the limit of ${MAX_HEADER_BYTES}`);
  });

  it("may have a header as long as the limit", async () => {
    const path = await writeRaw(join(folder(), "limit.safetensors"), "{}", bytes(0), BigInt(MAX_HEADER_BYTES));
    expect((await problemOf(path)).message).toContain(`claims ${MAX_HEADER_BYTES} of the file's 10 bytes`);
  });

  it("may be without tensors, and may have blanks after its header", async () => {
    for (const header of ["{}", '{"__metadata__":null}    ']) {
      const file = await openSafetensors(await writeRaw(join(folder(), "bare.safetensors"), header, bytes(0)));
      expect(file.names()).toEqual([]);
      await expect(file.readBytes("w")).rejects.toThrow("it holds no tensors");
      await file.close();
    }
  });

  it("is missing, or is a folder", async () => {
    expect(await problemOf(join(folder(), "absent.safetensors"))).toMatchObject({ code: "missing-file" });
    await mkdir(join(folder(), "folder.safetensors"));
    expect(await problemOf(join(folder(), "folder.safetensors"))).toMatchObject({ code: "unreadable-file" });
  });

  it("that shrinks after it was opened is an error of the read", async () => {
    const header = `{"w":${tensor("U8", [4], [0, 4])}}`;
    const path = await writeRaw(join(folder(), "shrinks.safetensors"), header, bytes(4));
    const file = await openSafetensors(path);
    await truncate(path, 8 + header.length + 2);
    await expect(file.readBytes("w")).rejects.toMatchObject({ code: "changed-file" });
    await expect(file.prefetch("w")).rejects.toMatchObject({ code: "changed-file" });
    await expect(file.prefetch("w", [2, 3])).rejects.toMatchObject({ code: "changed-file" });
    await file.prefetch("w", [0, 2]);
    await appendFile(path, bytes(2));
    expect(await file.readBytes("w")).toEqual(bytes(4));
    await file.close();
  });
});
