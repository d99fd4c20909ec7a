import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { invent } from "./fixtures/rows.ts";
import { readResultsCsv, resultsCsv, resultsJson, writeResultsCsv } from "./results-csv.ts";
import type { ResultRow } from "./types.ts";

const HEADER =
  "model,method,bits,group_size,tiling,aux,options,calibration,dataset,protocol,windows,window,perplexity,perplexity_se,delta_nll," +
  "delta_nll_se,bits_per_weight,memory_gb,text_sha256,tokens_sha256";

const row: ResultRow = {
  model: "stories15M",
  method: "sinq",
  bits: 4,
  group_size: 32,
  tiling: "1d",
  aux: "f16",
  options: "code-2026-02 iterations=4",
  calibration: null,
  dataset: "tinystories",
  protocol: "rows-256",
  windows: 400,
  window: 256,
  perplexity: 5.456789,
  perplexity_se: 0.04444449,
  delta_nll: 0.0551234567,
  delta_nll_se: 0.00091,
  bits_per_weight: 5.125,
  memory_gb: 0.0089234567,
  text_sha256: "0123456789abcdef",
  tokens_sha256: "fedcba9876543210",
};
const LINE =
  "stories15M,sinq,4,32,1d,f16,code-2026-02 iterations=4,,tinystories,rows-256,400,256,5.457,0.044,0.05512,0.00091,5.1250,0.008923," +
  "0123456789abcdef,fedcba9876543210";

describe("results as CSV", () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "report-"));
    path = join(dir, "results.csv");
  });
  afterEach(() => rm(dir, { recursive: true }));

  const written = async (text: string) => {
    await writeFile(path, text);
    return readResultsCsv(path);
  };

  it("has a column order, fixed decimals and one line end", () => {
    expect(resultsCsv([row])).toBe(`${HEADER}\n${LINE}\n`);
  });

  it("leaves empty what is null, and shows no negative zero", () => {
    const bf16 = {
      group_size: null,
      tiling: null,
      aux: null,
      options: null,
      perplexity_se: null,
      delta_nll: -4e-7,
      delta_nll_se: 0,
    };
    const line = resultsCsv([{ ...row, ...bf16 }]).split("\n")[1];
    expect(line).toContain("sinq,4,,,,,,tinystories");
    expect(line).toContain(",5.457,,0.00000,0.00000,");
  });

  it("resolves a kilobyte of memory", () => {
    const one = resultsCsv([{ ...row, memory_gb: 0.008923 }]);
    expect(resultsCsv([{ ...row, memory_gb: 0.008924 }])).not.toBe(one);
  });

  it("reads what it wrote, whatever the names hold", async () => {
    const rows = [...invent(), { ...row, model: 'a "b", c\nd', perplexity_se: null }];
    await writeResultsCsv(path, rows);
    const read = await readResultsCsv(path);
    expect(read.map(({ model, method, aux }) => [model, method, aux])).toEqual(
      rows.map(({ model, method, aux }) => [model, method, aux]),
    );
    expect(read[0].group_size).toBe(rows[0].group_size);
    expect(read.at(-1)?.perplexity_se).toBeNull();
    expect(read.at(-1)?.perplexity).toBe(5.457);
    expect(resultsCsv(read)).toBe(await readFile(path, "utf8"));
    expect(await readdir(dir)).toEqual(["results.csv"]);
  });

  it("reads a file that an editor gave other line ends", async () => {
    expect(await written(`${HEADER}\r\n${LINE}\r\n${LINE}\r\n`)).toHaveLength(2);
  });

  it("reads a header alone as no rows", async () => {
    expect(await written(`${HEADER}\n`)).toEqual([]);
  });

  it("refuses a number that is not finite, and says where", async () => {
    await expect(async () => writeResultsCsv(path, [row, { ...row, perplexity: Number.NaN }])).rejects.toMatchObject({
      code: "result-not-finite",
      message: expect.stringMatching(/^stories15M, sinq at 4 bits on tinystories: perplexity /),
    });
    expect(() => resultsJson([{ ...row, delta_nll: Number.POSITIVE_INFINITY }])).toThrow("delta_nll");
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([
    ["a missing column", HEADER.replace(",perplexity_se", ""), "wrong-columns", "lacks perplexity_se"],
    ["an extra column", `${HEADER},note`, "wrong-columns", 'has "note" besides'],
    ["columns in another order", HEADER.replace("model,method", "method,model"), "wrong-columns", "another order"],
    [
      "a word for a number",
      `${HEADER}\n${LINE}\n${LINE.replace("5.457", "good")}`,
      "damaged-results",
      "line 3: perplexity",
    ],
    ["an empty number", `${HEADER}\n${LINE.replace("5.457", "")}`, "damaged-results", "line 2: perplexity is empty"],
    ["a short line", `${HEADER}\n${LINE.replace("stories15M,", "")}`, "damaged-results", "19 fields"],
    ["a long line", `${HEADER}\n${LINE},note`, "damaged-results", "21 fields"],
    ["an empty file", "", "wrong-columns", "lacks model"],
  ])("refuses %s", async (_, text, code, message) => {
    await expect(written(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("says which file is missing", async () => {
    await expect(readResultsCsv(path)).rejects.toMatchObject({
      code: "unreadable-results",
      message: expect.stringContaining(path),
    });
  });
});

describe("results as JSON", () => {
  it("has the CSV's columns in its order, and numbers in full precision", () => {
    const shuffled = Object.fromEntries(Object.entries(row).reverse()) as unknown as ResultRow;
    const [json] = resultsJson([{ ...shuffled, tiling: null }]);
    expect(Object.keys(json).join()).toBe(HEADER);
    expect(json).toEqual({ ...row, tiling: null });
  });
});
