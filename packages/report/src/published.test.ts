import { readFileSync } from "node:fs";
import { sha256Hex } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { loadPublished, parsePublished, publishedFor, publishedRows } from "./published.ts";

describe("the published numbers", () => {
  it("are the file as it was checked against the paper, to the byte", () => {
    const bytes = readFileSync(new URL("../data/published.csv", import.meta.url));
    expect(sha256Hex(bytes)).toBe("0a0e233d80001d47364519d2cce5a729ad68456bdec72c7e6b4544dff4adbdd3");
    expect(loadPublished()).toHaveLength(1156);
  });

  it("are found by table, bits, method and model, with their place in the file", () => {
    const query = { table: "1", bits: 3, method: "sinq", model: "Qwen/Qwen3-14B" };
    const line = readFileSync(new URL("../data/published.csv", import.meta.url), "utf8").split("\n");
    const cells = publishedFor(query);
    expect(cells.wikitext2_ppl).toMatchObject({
      source: "sinq-v4",
      table: "1",
      bits: "3",
      method: "sinq",
      value: 9.33,
    });
    expect(cells.c4_ppl?.value).toBe(12.9);
    expect(cells.memory).toMatchObject({ value: 9.25, unit: "GB" });
    expect(line[cells.c4_ppl!.line - 1]).toBe("sinq-v4,1,3,sinq,Qwen/Qwen3-14B,c4_ppl,12.90,,0.03,");
  });

  it("keep the zeros that were printed", () => {
    const cells = publishedFor({ table: "1", bits: 16, method: "bf16", model: "Qwen/Qwen3-32B" });
    expect(cells.wikitext2_ppl).toMatchObject({ value: 7.6, printed: "7.60" });
  });

  it("are the paper's unless another source is named", () => {
    expect(publishedRows({ table: "2", bits: 16, method: "fp16" })).toEqual([]);
    expect(publishedRows({ source: "qwen3-study", table: "2", bits: 16, method: "fp16" })).toHaveLength(12);
    expect(publishedRows({ table: "1" })).toHaveLength(81);
  });

  it("know bitsandbytes' methods by this project's ids", () => {
    const [model] = publishedRows({ table: "11", method: "nf4" }).map((row) => row.model);
    expect(publishedFor({ table: "11", bits: 4, method: "nf4", model }).wikitext2_ppl?.method).toBe("bnb-nf4");
  });

  it("are null where the table has no such cell", () => {
    const none = { wikitext2_ppl: null, c4_ppl: null, memory: null };
    expect(publishedFor({ table: "1", bits: 2, method: "sinq", model: "Qwen/Qwen3-14B" })).toEqual(none);
    expect(publishedFor({ table: "1", bits: 3, method: "sinq", model: "Qwen3-14B" })).toEqual(none);
  });

  it("carry the tolerance at which ours agrees, and what is known against a number", () => {
    const tolerances = (table: string, bits: number) =>
      new Set(publishedRows({ table, bits }).map(({ metric, tolerance }) => `${metric} ${tolerance}`));
    expect(tolerances("1", 16)).toEqual(new Set(["memory 0.01", "wikitext2_ppl 0.005", "c4_ppl 0.005"]));
    expect(tolerances("1", 4)).toEqual(new Set(["memory 0.01", "wikitext2_ppl 0.01", "c4_ppl 0.01"]));
    expect(tolerances("13", 3)).toEqual(new Set(["memory 0.01", "wikitext2_ppl 0.03", "c4_ppl 0.03"]));
    const [impossible] = publishedRows({ table: "18", method: "sinq-nf4-aux8" });
    expect(impossible).toMatchObject({ printed: "1.24", tolerance: null });
    expect(impossible.remark).toContain("1.33 GB");
    expect(publishedRows({ table: "1" }).every(({ remark }) => remark === "")).toBe(true);
  });

  const header = "source,table,bits,method,model,metric,value,unit,tolerance,remark";
  it.each([
    ["another header", "source,table\n", "wrong-columns"],
    ["a number that is none", `${header}\na,1,4,rtn,m,c4_ppl,x,,,\n`, "damaged-results"],
    ["no number", `${header}\na,1,4,rtn,m,c4_ppl,,,,\n`, "damaged-results"],
    ["a tolerance of 1", `${header}\na,1,4,rtn,m,c4_ppl,1.0,,1,\n`, "damaged-results"],
    ["a short line", `${header}\na,1,4,rtn,m,c4_ppl,1.0\n`, "damaged-results"],
  ])("refuse a file with %s", (_, text, code) => {
    expect(() => parsePublished("file.csv", text)).toThrow(expect.objectContaining({ code }));
  });
});
