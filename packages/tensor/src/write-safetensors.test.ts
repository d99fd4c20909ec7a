import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openSafetensors } from "./open-safetensors.ts";
import { temporaryFolder } from "./test-files.ts";
import { writeAtomically, writeFileAtomic } from "./write-file-atomic.ts";
import { type TensorEntry, writeSafetensors } from "./write-safetensors.ts";

const root = temporaryFolder();
let dir = "";
let count = 0;

beforeEach(async () => {
  dir = join(root(), `out-${count++}`);
  await mkdir(dir);
});

const u8 = (name: string, data: TensorEntry["data"], shape = [2]): TensorEntry => ({ name, dtype: "U8", shape, data });

describe("writeSafetensors", () => {
  it("makes one tensor at a time, in the order of the file", async () => {
    const calls: string[] = [];
    let alive = 0;
    const make = (name: string) => async () => {
      calls.push(name);
      expect(++alive).toBe(1);
      await Promise.resolve();
      alive--;
      return Uint8Array.of(1, calls.length);
    };
    await writeSafetensors(join(dir, "m.safetensors"), [u8("b", make("b")), u8("a", make("a")), u8("c", make("c"))]);
    expect(calls).toEqual(["a", "b", "c"]);
    const file = await openSafetensors(join(dir, "m.safetensors"));
    expect(file.names()).toEqual(["a", "b", "c"]);
    expect(await file.readBytes("c")).toEqual(Uint8Array.of(1, 3));
    await file.close();
  });

  it("writes only the bytes that a view covers", async () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    await writeSafetensors(join(dir, "m.safetensors"), [{ name: "w", dtype: "F32", shape: [2], data }]);
    const file = await openSafetensors(join(dir, "m.safetensors"));
    expect(await file.readFloat32("w")).toEqual(Float32Array.of(1, 2));
    await file.close();
  });

  it.each([
    ["given twice", [u8("w", Uint8Array.of(1, 2)), u8("w", Uint8Array.of(1, 2))], /"w" was given twice/],
    ["named __metadata__", [u8("__metadata__", Uint8Array.of(1, 2))], /the format keeps for itself/],
    ["of an unknown dtype", [{ ...u8("w", Uint8Array.of(1, 2)), dtype: "F31" as "U8" }], /unknown dtype F31/],
    ["of an impossible shape", [u8("w", Uint8Array.of(1, 2), [1.5])], /impossible shape \[1\.5\]/],
    ["too short", [u8("w", Uint8Array.of(1))], /"w" of U8 \[2\] needs 2 bytes and was given 1/],
    ["too long when made", [u8("w", () => Uint8Array.of(1, 2, 3))], /"w" of U8 \[2\] needs 2 bytes and was given 3/],
  ])("refuses a tensor %s and leaves nothing", async (_, entries, message) => {
    const path = join(dir, "m.safetensors");
    await expect(writeSafetensors(path, entries)).rejects.toMatchObject({
      code: "unwritable-tensor",
      message: expect.stringMatching(message),
    });
    expect(await readdir(dir)).toEqual([]);
  });

  it("leaves the old file when making a tensor fails", async () => {
    const path = join(dir, "m.safetensors");
    await writeFile(path, "old");
    const fail = () => {
      throw new Error("no such weight");
    };
    await expect(writeSafetensors(path, [u8("a", Uint8Array.of(1, 2)), u8("b", fail)])).rejects.toThrow(
      "no such weight",
    );
    expect(await readdir(dir)).toEqual(["m.safetensors"]);
    expect(await readFile(path, "utf8")).toBe("old");
  });
});

describe("writeFileAtomic", () => {
  it("writes bytes and text, makes the folder, replaces what was there, and leaves no other file", async () => {
    const path = join(dir, "a/b/file");
    await writeFileAtomic(path, Uint8Array.of(104, 105));
    expect(await readFile(path, "utf8")).toBe("hi");
    await writeFileAtomic(path, "grüß");
    expect(await readFile(path, "utf8")).toBe("grüß");
    expect(await readdir(join(dir, "a/b"))).toEqual(["file"]);
  });

  it("does not show the file before it is complete", async () => {
    const path = join(dir, "file");
    await writeAtomically(path, async (file) => {
      await file.writeFile("half");
      expect(await readdir(dir)).not.toContain("file");
    });
    expect(await readFile(path, "utf8")).toBe("half");
  });

  it("names a place that cannot be written", async () => {
    await writeFile(join(dir, "file"), "");
    const path = join(dir, "file/below");
    await expect(writeFileAtomic(path, "x")).rejects.toMatchObject({
      code: "unwritable-file",
      message: expect.stringContaining(path),
    });
    await mkdir(join(dir, "folder/full"), { recursive: true });
    await expect(writeFileAtomic(join(dir, "folder"), "x")).rejects.toMatchObject({ code: "unwritable-file" });
    expect((await readdir(dir)).sort()).toEqual(["file", "folder"]);
  });
});
