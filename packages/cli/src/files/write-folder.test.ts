import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFolder } from "./write-folder.ts";

const folder = temporaryFolder();
const fill = (path: string) => writeFile(join(path, "a"), "new");

describe("a folder written whole or not at all", () => {
  it("takes a name that nothing has, and parents that do not exist yet", async () => {
    const out = join(folder(), "deep", "er", "out");
    await writeFolder(out, fill);
    expect(await readdir(out)).toEqual(["a"]);
    expect(await readdir(join(out, ".."))).toEqual(["out"]);
  });

  it("takes an empty folder and refuses a full one or a file, unchanged", async () => {
    const empty = join(folder(), "empty");
    await mkdir(empty);
    await writeFolder(empty, fill);
    await expect(writeFolder(empty, fill)).rejects.toMatchObject({ code: "output-not-empty" });
    const file = join(folder(), "file");
    await writeFile(file, "old");
    await expect(writeFolder(file, fill)).rejects.toMatchObject({ code: "output-is-a-file" });
    expect(await readFile(file, "utf8")).toBe("old");
  });

  it("leaves nothing behind when writing fails", async () => {
    const before = await readdir(folder());
    const failing = writeFolder(join(folder(), "never"), async (path) => {
      await fill(path);
      throw new Error("half-way");
    });
    await expect(failing).rejects.toThrow("half-way");
    expect(await readdir(folder())).toEqual(before);
  });

  it("says so in one error when the place cannot be written", async () => {
    const file = join(folder(), "not-a-folder");
    await writeFile(file, "");
    await expect(writeFolder(join(file, "out"), fill)).rejects.toMatchObject({ code: "cannot-write" });
  });
});
