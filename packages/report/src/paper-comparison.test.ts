import { describe, expect, it } from "vitest";
import { comparisonMarkdown } from "./comparison-markdown.ts";
import { invent } from "./fixtures/rows.ts";
import { paperComparisons } from "./paper-comparison.ts";
import { publishedRows } from "./published.ts";
import type { ResultRow } from "./types.ts";

const model = "Qwen/Qwen3-1.7B";
const table1 = publishedRows({ table: "1", model });

/** The comparison of one number after changing the rows of SINQ at 4 bits. */
function compared(change: Partial<ResultRow>, metric = "wikitext2_ppl") {
  const rows = invent().map((row) => (row.method === "sinq" && row.bits === 4 ? { ...row, ...change } : row));
  return paperComparisons(table1, rows).find(
    ({ published }) => published.method === "sinq" && published.bits === "4" && published.metric === metric,
  )!;
}

describe("paperComparisons", () => {
  it("has every published number once, in its order", () => {
    expect(paperComparisons(table1, invent()).map(({ published }) => published)).toEqual(table1);
  });

  it.each([
    [17.14 * 1.0099, "agrees"],
    [17.14 * 0.9901, "agrees"],
    [17.14 * 1.0101, "differs"],
    [17.14 * 0.9899, "differs"],
  ])("judges perplexity %d beside 17.14 at 1 %%: %s", (perplexity, verdict) => {
    const comparison = compared({ perplexity });
    expect(comparison).toMatchObject({ ours: perplexity, verdict });
    expect(comparison.relative).toBeCloseTo(perplexity / 17.14 - 1, 12);
  });

  it("does not take one text's perplexity for another's", () => {
    const rows = invent().filter(({ dataset }) => dataset === "WikiText2");
    const verdicts = paperComparisons(table1, rows).map(({ published, verdict }) => `${published.metric} ${verdict}`);
    expect(new Set(verdicts)).toEqual(new Set(["memory agrees", "wikitext2_ppl agrees", "c4_ppl not run"]));
  });

  it("compares memory in the published unit", () => {
    expect(compared({ memory_gb: 1.43 }, "memory")).toMatchObject({ ours: 1.43, verdict: "agrees" });
    const gib = table1.map((cell) => (cell.metric === "memory" ? { ...cell, unit: "GiB" } : cell));
    const [first] = paperComparisons(gib, invent());
    expect(first.ours).toBeCloseTo(3.441150976 / 1.073741824, 9);
  });

  it("keeps rivals that are not here, and methods that were not run", () => {
    const published = publishedRows({ table: "3", model });
    const verdicts = paperComparisons(published, []).map((c) => [c.published.method, c.verdict, c.ours, c.relative]);
    expect(verdicts).toContainEqual(["higgs", "not implemented", null, null]);
    expect(verdicts).toContainEqual(["bnb-nf4", "not run", null, null]);
    expect(verdicts).toContainEqual(["sinq", "not run", null, null]);
  });

  it("judges nothing without a tolerance", () => {
    const published = table1.map((cell) => ({ ...cell, tolerance: null }));
    expect(new Set(paperComparisons(published, invent()).map(({ verdict }) => verdict))).toEqual(
      new Set(["no tolerance"]),
    );
  });
});

describe("comparisonMarkdown", () => {
  it("is empty where nothing is published", () => expect(comparisonMarkdown([], invent())).toBe(""));

  it("names the reason beside a number that differs, not beside one that agrees", () => {
    const published = table1
      .filter(({ bits, method, metric }) => bits === "4" && method === "rtn" && metric !== "memory")
      .map((cell) => ({ ...cell, remark: "misprinted" }));
    const rows = invent().map((row) => (row.dataset === "C4" ? { ...row, perplexity: 20.0 } : row));
    expect(comparisonMarkdown(published, rows)).toBe(`#### Beside the paper

SINQ paper (arXiv 2509.22944 v4), table 1. 1 of 2 measured numbers agree within tolerance. Lines are those of published.csv.

| bits | method | model | value | ours | paper | difference | tolerance | verdict | line |
| ---: | --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: |
| 4 | RTN | Qwen/Qwen3-1.7B | wikitext2 perplexity | 18.740 | ${published[0].printed} | 0.00 % | 1 % | agrees | ${published[0].line} |
| 4 | RTN | Qwen/Qwen3-1.7B | c4 perplexity | 20.000 | ${published[1].printed} | -3.89 % | 1 % | differs: misprinted | ${published[1].line} |
`);
  });
});
