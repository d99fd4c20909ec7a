import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../test-files.ts";
import { fileTokenCache } from "./token-cache.ts";

const folder = temporaryFolder();
const never = () => {
  throw new Error("made again");
};

describe("fileTokenCache", () => {
  it("makes ids once for each key, also for another process", async () => {
    const ids = Int32Array.of(1, -1, 70_000);
    const at = join(folder(), "deep", "tokens");
    expect(await fileTokenCache(at).ids(["a", "b"], () => ids)).toEqual(ids);
    expect(await fileTokenCache(at).ids(["a", "b"], never)).toEqual(ids);
    expect(await fileTokenCache(at).ids(["ab"], () => Int32Array.of(2))).toEqual(Int32Array.of(2));
    expect(await fileTokenCache(at).ids(["a", "b"], never)).toEqual(ids);
  });

  it("makes them again where the file was damaged, and mends it", async () => {
    const at = join(folder(), "damaged");
    await fileTokenCache(at).ids(["a"], () => Int32Array.of(1, 2, 3));
    const [name] = await readdir(at);
    const path = join(at, name!);
    const bytes = await readFile(path);
    const flipped = Uint8Array.from(bytes);
    flipped[flipped.length - 1] = flipped.at(-1)! ^ 1;
    for (const damaged of [bytes.subarray(0, -4), flipped, Buffer.from("nonsense")]) {
      await writeFile(path, damaged);
      expect(await fileTokenCache(at).ids(["a"], () => Int32Array.of(1, 2, 3))).toEqual(Int32Array.of(1, 2, 3));
      expect(await readFile(path)).toEqual(bytes);
    }
  });

  it("does without a folder that cannot be made", async () => {
    const blocked = join(folder(), "file");
    await writeFile(blocked, "");
    expect(await fileTokenCache(join(blocked, "tokens")).ids(["a"], () => Int32Array.of(5))).toEqual(Int32Array.of(5));
  });

  it("keeps nothing of a failure", async () => {
    const at = join(folder(), "failure");
    await expect(fileTokenCache(at).ids(["a"], never)).rejects.toThrow("made again");
    expect(await fileTokenCache(at).ids(["a"], () => Int32Array.of(5))).toEqual(Int32Array.of(5));
  });
});
