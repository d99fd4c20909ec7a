import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./test-files.ts";
import { codeUnits } from "./test-tokenizer.ts";
import { textInput } from "./text-input.ts";
import { tokensFileInput } from "./tokens-file-input.ts";

const folder = temporaryFolder();

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Little-endian int32 bytes by the definition. */
function littleEndian(ids: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(ids.length * 4));
  for (let i = 0; i < ids.length; i++) view.setInt32(i * 4, ids[i], true);
  return new Uint8Array(view.buffer);
}

describe("textInput", () => {
  const dataset = { name: "poem", label: "A poem", load: async () => "ħello, wörld!" };

  it("cuts the tokens of the text and hashes text and tokens", async () => {
    const input = await textInput(dataset, codeUnits(), { length: 5 });
    const ids = codeUnits().encode("ħello, wör");
    expect(input).toEqual({
      name: "poem",
      label: "A poem",
      protocol: "gptq-5",
      protocolSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      windows: { name: "poem", length: 5, count: 2, ids, firstScored: 1 },
      textSha256: sha256("ħello, wörld!"),
      tokensSha256: sha256(littleEndian(ids)),
    });
  });

  it("says in the protocol that a limit cut it, and only then", async () => {
    const protocols = [1, 2, 3].map(
      async (limit) => (await textInput(dataset, codeUnits(), { length: 5, limit })).protocol,
    );
    expect(await Promise.all(protocols)).toEqual(["gptq-5-first1", "gptq-5", "gptq-5"]);
  });

  it("names a text that is too short", async () => {
    await expect(textInput(dataset, codeUnits(), { length: 14 })).rejects.toThrow("poem has 13 tokens");
  });
});

describe("tokensFileInput", () => {
  const write = async (name: string, dtype: "I32" | "I64" | "F32", shape: number[], values: number[]) => {
    const path = join(folder(), name);
    const data =
      dtype === "I64"
        ? BigInt64Array.from(values, BigInt)
        : dtype === "I32"
          ? Int32Array.from(values)
          : Float32Array.from(values);
    await writeSafetensors(path, [{ name: "input_ids", dtype, shape, data }]);
    return path;
  };

  it.each(["I32", "I64"] as const)("takes each row of %s ids as a window", async (dtype) => {
    const ids = [1, 2, 3, 70000, 5, 0];
    const path = await write(`rows-${dtype}.safetensors`, dtype, [2, 3], ids);
    const input = await tokensFileInput(path);
    expect(input).toMatchObject({ name: `rows-${dtype}`, label: `rows-${dtype}`, protocol: "rows" });
    expect(input.windows).toEqual({
      name: `rows-${dtype}`,
      length: 3,
      count: 2,
      ids: Int32Array.from(ids),
      firstScored: 1,
    });
    expect(input.tokensSha256).toBe(sha256(littleEndian(ids)));
    expect(input.textSha256).toBe(sha256(await readFile(path)));
  });

  it("takes the first or the last rows up to a limit", async () => {
    const path = await write("some.safetensors", "I32", [3, 2], [1, 2, 3, 4, 5, 6]);
    expect(await tokensFileInput(path, { limit: 2 })).toMatchObject({
      protocol: "rows-first2",
      windows: { count: 2, length: 2, ids: Int32Array.of(1, 2, 3, 4) },
    });
    expect(await tokensFileInput(path, { limit: 2, keep: "end" })).toMatchObject({
      protocol: "rows-last2",
      windows: { count: 2, length: 2, ids: Int32Array.of(3, 4, 5, 6) },
    });
    expect((await tokensFileInput(path, { limit: 3, keep: "end" })).protocol).toBe("rows");
    expect((await tokensFileInput(path, { limit: 3 })).protocol).toBe("rows");
    await expect(tokensFileInput(path, { limit: 0 })).rejects.toMatchObject({ code: "bad-window-limit" });
  });

  it.each([
    ["one dimension", [4], [1, 2, 3, 4]],
    ["three dimensions", [1, 2, 2], [1, 2, 3, 4]],
    ["no rows", [0, 4], []],
    ["rows without a prediction", [4, 1], [1, 2, 3, 4]],
  ])("refuses %s", async (_, shape, values) => {
    const path = await write("shape.safetensors", "I32", shape, values);
    await expect(tokensFileInput(path)).rejects.toMatchObject({
      code: "bad-token-rows",
      message: expect.stringContaining(`${path}: "input_ids" has shape [${shape.join(", ")}]`),
    });
  });

  it("refuses ids that are negative, not integers or not there", async () => {
    const negative = await write("negative.safetensors", "I32", [1, 3], [1, 2, -1]);
    await expect(tokensFileInput(negative)).rejects.toMatchObject({
      code: "negative-token",
      message: expect.stringContaining('element 2 of "input_ids" is -1'),
    });
    const late = await write("late.safetensors", "I32", [2, 2], [1, 2, -3, 4]);
    await expect(tokensFileInput(late, { limit: 1, keep: "end" })).rejects.toThrow('element 2 of "input_ids" is -3');
    const floats = await write("floats.safetensors", "F32", [1, 2], [1, 2]);
    await expect(tokensFileInput(floats)).rejects.toMatchObject({ code: "not-integer" });
    const other = join(folder(), "other.safetensors");
    await writeSafetensors(other, [{ name: "ids", dtype: "I32", shape: [2], data: Int32Array.of(1, 2) }]);
    await expect(tokensFileInput(other)).rejects.toMatchObject({ code: "missing-tensor" });
  });
});
