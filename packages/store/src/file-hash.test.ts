import { mkdir, readdir, readFile, rename, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { fileSha256 } from "./file-hash.ts";
import { temporaryFolder } from "./test-support.ts";

const LONG_AGO = new Date("2020-01-01T00:00:00Z");

async function settledFile(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await utimes(path, LONG_AGO, LONG_AGO);
  return path;
}

/** Makes the remembered hash of every file a recognizable wrong one. */
async function forge(root: string): Promise<string> {
  const forged = "f".repeat(64);
  for (const name of await readdir(join(root, "hashes"))) {
    const path = join(root, "hashes", name);
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), sha256: forged }));
  }
  return forged;
}

describe("fileSha256", () => {
  it("reads a file once and remembers it", async () => {
    const root = await temporaryFolder();
    const path = await settledFile(root, "a", "weights");
    expect(await fileSha256(root, path)).toBe(sha256Hex("weights"));
    const forged = await forge(root);
    const read: number[] = [];
    expect(await fileSha256(root, path, (bytes) => read.push(bytes))).toBe(forged);
    expect(read).toEqual([]);
    await utimes(path, LONG_AGO, new Date());
    await fileSha256(root, path, (bytes) => read.push(bytes));
    expect(read).toEqual([7]);
  });

  it.each<[string, (path: string, root: string) => Promise<unknown>]>([
    ["another time of change", (path) => utimes(path, LONG_AGO, new Date(LONG_AGO.getTime() + 1))],
    ["another size", (path) => truncate(path, 7).then(() => utimes(path, LONG_AGO, LONG_AGO))],
    ["another file under the name", async (path, root) => rename(await settledFile(root, "b", "weightz!"), path)],
  ])("reads it again after %s", async (_, change) => {
    const root = await temporaryFolder();
    const path = await settledFile(root, "a", "weights!");
    await fileSha256(root, path);
    const forged = await forge(root);
    await change(path, root);
    expect(await fileSha256(root, path)).not.toBe(forged);
  });

  it("does not remember a file that was changed just now", async () => {
    const root = await temporaryFolder();
    const path = join(root, "a");
    await writeFile(path, "weights");
    expect(await fileSha256(root, path)).toBe(sha256Hex("weights"));
    await expect(readdir(join(root, "hashes"))).rejects.toThrow("ENOENT");
  });

  it("reads the file where what is remembered is damaged", async () => {
    const root = await temporaryFolder();
    const path = await settledFile(root, "a", "weights");
    await fileSha256(root, path);
    const [name] = await readdir(join(root, "hashes"));
    await writeFile(join(root, "hashes", name!), "{");
    expect(await fileSha256(root, path)).toBe(sha256Hex("weights"));
  });

  it("takes the hub's word for a large file of its cache, and not for a small one", async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, "blobs"));
    await mkdir(join(root, "snapshot"));
    const large = "ab".repeat(32);
    const small = "cd".repeat(20);
    for (const name of [large, small]) {
      await writeFile(join(root, "blobs", name), "x");
      await symlink(join(root, "blobs", name), join(root, "snapshot", name.slice(0, 4)));
    }
    expect(await fileSha256(root, join(root, "snapshot", "abab"))).toBe(large);
    expect(await fileSha256(root, join(root, "snapshot", "cdcd"))).toBe(sha256Hex("x"));
  });

  it("names a file that is not there", async () => {
    const root = await temporaryFolder();
    await expect(fileSha256(root, join(root, "absent"))).rejects.toThrow(/absent does not exist/);
  });
});
