import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fixture, temporaryFolder } from "./test-files.ts";
import { fileCorpus, textCorpus } from "./text-corpus.ts";

const folder = temporaryFolder();

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder(), name);
  await writeFile(path, content);
  return path;
}

describe("fileCorpus", () => {
  it("reads every byte of a UTF-8 file as one document, packed or not", async () => {
    const text = "\ufeffa\r\nb\n\tç𝒳";
    for (const [name, content] of [
      ["my text.v1.txt", text],
      ["my text.v1.txt.gz", gzipSync(text)],
    ] as const) {
      const path = await file(name, content);
      expect(await fileCorpus(path)).toEqual({
        name: "my text.v1",
        label: "my text.v1",
        documents: [text],
        path,
      });
    }
  });

  it("reads records as documents", async () => {
    const { name, documents } = await fileCorpus(fixture("rows.snappy.parquet"));
    expect([name, documents.length]).toEqual(["rows.snappy", 9]);
  });

  it("keeps the name of a known data set for that data set", async () => {
    expect((await fileCorpus(await file("c4.jsonl", '{"text":"a"}'))).name).toBe("c4-file");
    expect((await fileCorpus(await file("wikitext2.txt", "a"))).name).toBe("wikitext2-file");
    expect((await fileCorpus(await file("c44.txt", "a"))).name).toBe("c44");
  });

  it("refuses a file that is not UTF-8 or not there", async () => {
    const latin = await file("latin1.txt", Uint8Array.of(0x61, 0xe9, 0x62));
    await expect(fileCorpus(latin)).rejects.toMatchObject({
      code: "not-utf8",
      message: expect.stringContaining(latin),
    });
    const cut = await file("cut.txt", Uint8Array.of(0x61, 0xe2, 0x82));
    await expect(fileCorpus(cut)).rejects.toMatchObject({ code: "not-utf8" });
    await expect(fileCorpus(join(folder(), "absent.txt"))).rejects.toMatchObject({
      code: "unreadable-text",
      message: expect.stringContaining("absent.txt"),
    });
  });
});

describe("textCorpus", () => {
  it("is one document", async () => {
    expect(await textCorpus({ name: "poem", label: "A poem", load: async () => "text" })).toEqual({
      name: "poem",
      label: "A poem",
      documents: ["text"],
    });
  });
});
