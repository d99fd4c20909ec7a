import { describe, expect, it } from "vitest";
import { invent } from "./fixtures/rows.ts";
import { publishedRows } from "./published.ts";
import { publishedDifference, publishedMemory, publishedMetric, publishedPerplexity } from "./published-beside.ts";

const published = publishedRows({ table: "1" });
const [row] = invent().filter(
  ({ method, bits, dataset }) => method === "sinq" && bits === 4 && dataset === "WikiText2",
);
const [cell] = published.filter(
  ({ method, bits, metric }) => method === "sinq" && bits === "4" && metric === "wikitext2_ppl",
);

describe("the published number beside a row", () => {
  it("has the row's model, method, bits and text", () => {
    expect(publishedPerplexity(published, row)).toBe(cell);
    expect(publishedMemory(published, row)?.printed).toBe("1.42");
    expect(publishedPerplexity(published, { ...row, bits: 3 })?.printed).toBe("22.39");
    expect(publishedPerplexity(published, { ...row, method: "hqq" })?.printed).toBe("18.96");
    expect(publishedPerplexity(published, { ...row, dataset: "C4" })?.printed).toBe("19.83");
    expect(publishedPerplexity(published, { ...row, model: "Qwen/Qwen3-14B" })?.printed).toBe("8.76");
  });

  it("is found for a local folder of the model's name, not for another organisation's", () => {
    expect(publishedPerplexity(published, { ...row, model: "Qwen3-1.7B" })).toBe(cell);
    expect(publishedPerplexity(published, { ...row, model: "other/Qwen3-1.7B" })).toBeUndefined();
    expect(publishedPerplexity(published, { ...row, model: "Qwen3" })).toBeUndefined();
    expect(publishedPerplexity(published, { ...row, model: "1.7B" })).toBeUndefined();
  });

  it("is none for what was not published", () => {
    for (const change of [{ bits: 2 }, { method: "asinq" }, { dataset: "Moby-Dick" }, { dataset: "memory" }]) {
      expect(publishedPerplexity(published, { ...row, ...change })).toBeUndefined();
    }
  });

  it("is none for a method with options of its own", () => {
    expect(publishedPerplexity(published, { ...row, options: "iterations=4" })).toBeUndefined();
  });

  it("is that of 8-bit scales where a table has both", () => {
    const both = publishedRows({ table: "18" });
    const nf4 = { ...row, method: "sinq-nf4" };
    expect(publishedPerplexity(both, nf4)?.method).toBe("sinq-nf4");
    expect(publishedPerplexity(both, { ...nf4, aux: "u8" })?.method).toBe("sinq-nf4-aux8");
    expect(publishedMemory(publishedRows({ table: "4" }), { ...row, method: "asinq", aux: "u8" })?.method).toBe(
      "asinq",
    );
  });

  it.each([
    ["WikiText2", "wikitext2_ppl"],
    ["WikiText-2", "wikitext2_ppl"],
    ["C4", "c4_ppl"],
  ])("is called after the text: %s is %s", (dataset, metric) => expect(publishedMetric(dataset)).toBe(metric));

  it.each([
    [17.1723, "+0.03"],
    [17.1423, "0.00"],
    [17.1377, "0.00"],
    [17.11, "-0.03"],
  ])("differs from %d by %s, at the printed decimals", (ours, text) =>
    expect(publishedDifference(ours, cell)).toBe(text),
  );
});
