import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { fixture, temporaryFolder } from "../test-files.ts";
import { readDocuments } from "./read-documents.ts";
import { readRows } from "./read-rows.ts";
import type { Row } from "./row.ts";

const folder = temporaryFolder();

async function all(path: string, columns?: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(path, columns)) rows.push(row);
  return rows;
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder(), name);
  await writeFile(path, content);
  return path;
}

const refusal = (code: string, message: RegExp) => ({
  name: "BenchError",
  code,
  message: expect.stringMatching(message),
});

describe("Parquet", () => {
  it.each(["none", "snappy", "gzip", "zstd"])("is read row by row across row groups (%s)", async (compression) => {
    const rows = await all(fixture(`rows.${compression}.parquet`));
    expect(rows).toHaveLength(9);
    expect(rows[5]).toEqual({
      text: "Row 5 of a small table: the quick scale fits the blue group.\n",
      label: 5,
      choices: ["a5", "b5"],
    });
    expect(rows.map(({ label }) => label)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows[8]!.text).toBe("ünïcödé 日本 🙂");
  });

  it("is read in the columns asked for", async () => {
    expect((await all(fixture("rows.snappy.parquet"), ["label"]))[3]).toEqual({ label: 3 });
  });

  it("is refused where a column is not there, or the file is damaged", async () => {
    const path = fixture("rows.snappy.parquet");
    await expect(readDocuments(path, "body")).rejects.toMatchObject(
      refusal("bad-parquet", /rows\.snappy\.parquet.*body/),
    );
    const broken = await file("broken.parquet", "PAR1 no parquet");
    await expect(all(broken)).rejects.toMatchObject(refusal("bad-parquet", /broken\.parquet/));
    await expect(all(join(folder(), "absent.parquet"))).rejects.toMatchObject(refusal("unreadable-text", /absent/));
  });
});

describe("JSON", () => {
  const rows = [{ text: "one\nline" }, { text: "zwei 🙂", label: 3 }, { text: "" }];
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");

  it.each([
    ["lines.jsonl", lines],
    ["lines.json", `${lines}\n`],
    ["blank.ndjson", `${lines.replace("\n", "\n\n")}\n\n`],
    ["lines.json.gz", gzipSync(`${lines}\n`)],
    [
      "members.jsonl.gz",
      Buffer.concat([gzipSync(`${lines.split("\n")[0]}\n`), gzipSync(lines.split("\n").slice(1).join("\n"))]),
    ],
    ["array.json", JSON.stringify(rows)],
    ["pretty.json", JSON.stringify(rows, null, 2)],
    ["server.json", JSON.stringify({ features: [], rows: rows.map((row, row_idx) => ({ row_idx, row })) })],
    ["server-pretty.json", JSON.stringify({ rows }, null, 1)],
  ])("is read in the form of %s", async (name, content) => {
    expect(await all(await file(name, content))).toEqual(rows);
  });

  it("is read as texts where an array holds texts", async () => {
    expect(await readDocuments(await file("texts.json", '["", " = A = \\n"]'), "text")).toEqual(["", " = A = \n"]);
  });

  it("keeps a line together that comes in pieces, and line separators within it", async () => {
    const long = "ab\u2028\u0085ç🙂".repeat(300_000);
    const path = await file("long.jsonl", `{"text":"first"}\n${JSON.stringify({ text: long })}\n{"text":"last"}`);
    expect((await readDocuments(path, "text")).map((text) => text.length)).toEqual([5, long.length, 4]);
    expect((await readDocuments(path, "text"))[1] === long).toBe(true);
  });

  it.each([
    ["cut.jsonl", `${lines}\n{"text":"cu`, "bad-json-row", /cut\.jsonl: record 4/],
    ["number.jsonl", `${lines}\n7`, "bad-json-row", /record 4/],
    ["number.json", "7", "bad-json-rows", /number\.json holds no records/],
    ["mixed.json", '["a", 7]', "bad-json-row", /record 2/],
    ["cut.json", '[{"text":', "bad-json-rows", /cut\.json/],
    ["latin.jsonl", Uint8Array.of(0x7b, 0xe9), "not-utf8", /latin/],
    ["cut.json.gz", gzipSync(lines.repeat(50)).subarray(0, 60), "damaged-gzip", /cut\.json\.gz is cut off/],
    ["no.json.gz", lines, "damaged-gzip", /no\.json\.gz/],
  ])("is refused where %s is wrong", async (name, content, code, message) => {
    await expect(all(await file(name, content))).rejects.toMatchObject(refusal(code, message));
  });

  it("is refused where the file is absent, packed or not", async () => {
    for (const name of ["absent.json", "absent.json.gz"]) {
      await expect(all(join(folder(), name))).rejects.toMatchObject(refusal("unreadable-text", new RegExp(name)));
    }
  });
});

describe("readDocuments", () => {
  it("names the record without a text", async () => {
    const path = await file("some.jsonl", '{"text":"a"}\n{"text":null}');
    await expect(readDocuments(path, "text")).rejects.toMatchObject(refusal("bad-text-column", /record 2.*"text"/));
    await expect(readDocuments(await file("none.json", "[]"), "text")).rejects.toMatchObject(
      refusal("no-records", /none\.json/),
    );
  });

  it("reads what hyparquet-writer writes, a null among the texts refused", async () => {
    const write = (data: (string | null)[]) =>
      new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "text", data, type: "STRING", nullable: true }] }));
    expect(await readDocuments(await file("own.parquet", write(["a", "b"])), "text")).toEqual(["a", "b"]);
    await expect(readDocuments(await file("null.parquet", write(["a", null])), "text")).rejects.toMatchObject({
      code: "bad-text-column",
    });
  });

  it("refuses a file of no known format", () => {
    expect(() => readRows("/data/rows.csv")).toThrow(
      expect.objectContaining(refusal("unknown-row-format", /rows\.csv/)),
    );
  });
});
