import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DatasetManifest } from "./manifests/manifest.ts";
import { datasetManifests } from "./manifests/read-manifests.ts";
import { openDataset } from "./open-dataset.ts";
import { temporaryFolder } from "./test-files.ts";

const folder = temporaryFolder();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const rows = ["", " = A = \n", "", " Text . \n"];
const joined = rows.join("\n\n");
const lines = " \n = A = \n \n Text . \n";
const [wikitext2, c4] = datasetManifests();
const lined: DatasetManifest = {
  ...wikitext2!,
  rows: rows.length,
  textSha256: sha256(joined),
  lines: { emptyRow: " \n", bytes: lines.length, sha256: sha256(lines) },
};
const counted: DatasetManifest = { ...c4!, rows: 2 };

async function file(name: string, content: string): Promise<string> {
  const path = join(folder(), name);
  await writeFile(path, content);
  return path;
}

describe("openDataset", () => {
  it.each([
    ["rows.json", JSON.stringify(rows)],
    ["rows.jsonl", rows.map((text) => JSON.stringify({ text })).join("\n")],
    ["joined.txt", joined],
    ["wiki.test.raw", lines],
  ])("finds the same rows in %s", async (name, content) => {
    const path = await file(name, content);
    expect(await openDataset(lined, path)).toEqual({
      name: "wikitext2",
      label: "WikiText2",
      documents: rows,
      emptyLine: " \n",
      path,
    });
  });

  it.each([
    ["other.json", JSON.stringify([...rows, ""]), [...rows, ""].join("\n\n")],
    ["other.txt", `${joined} `, `${joined} `],
    ["other.raw", `${lines}\n`, `${lines}\n`],
  ])("refuses another text and prints both hashes (%s)", async (name, content, text) => {
    const path = await file(name, content);
    await expect(openDataset(lined, path)).rejects.toMatchObject({
      code: "dataset-differs",
      message: `${path} is not wikitext2: its text has sha256 ${sha256(text)}, expected ${sha256(joined)}; give the published file, or score this text under its own name with --text.`,
    });
  });

  it("goes by the number of records where no hash is known", async () => {
    const two = await file("two.jsonl", '{"text":"a"}\n{"text":"b"}');
    expect(await openDataset(counted, two)).toEqual({ name: "c4", label: "C4", documents: ["a", "b"], path: two });
    for (const rows of [1, 3]) {
      await expect(openDataset({ ...counted, rows }, two)).rejects.toMatchObject({
        code: "dataset-rows-differ",
        message: expect.stringContaining(`two.jsonl is not c4: it has 2 records, expected ${rows};`),
      });
    }
  });

  it("checks the number of records beside the hash, which joins could hide", async () => {
    await expect(
      openDataset({ ...lined, rows: 5 }, await file("same.json", JSON.stringify(rows))),
    ).rejects.toMatchObject({ code: "dataset-rows-differ" });
  });

  it("refuses a text that does not tell documents apart", async () => {
    await expect(openDataset(counted, await file("c4.txt", "a b"))).rejects.toMatchObject({
      code: "dataset-needs-rows",
      message: expect.stringContaining("en/c4-validation.00000-of-00008.json.gz"),
    });
  });
});
