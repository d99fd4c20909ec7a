import type { Claim, ClaimRow, PublishedRow } from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { countsInWords, publishedInWords } from "../html/claims-section.ts";
import type { ClaimsTable } from "../results/read-results.ts";
import { claimGroups, claimOutcome } from "./claim-groups.ts";
import { publishedCount } from "./published-count.ts";

const row = (claim: string, bits: number, verdict: string): ClaimRow => ({
  model: "tiny",
  claim,
  statement: `${claim} in words`,
  bits,
  better: "sinq",
  worse: "nf4",
  dataset: "sotu",
  protocol: "gptq-256",
  windows: 128,
  perplexity_better: 100,
  perplexity_worse: 101,
  delta_nll: -0.01,
  delta_nll_se: 0.001,
  verdict,
});
const table = (rows: ClaimRow[]): ClaimsTable => ({
  kind: "claims",
  path: "claims/tiny.csv",
  experiment: "claims",
  model: "tiny",
  sha256: "",
  rows,
});
const claim: Claim = { id: "a", statement: "a", better: "asinq", worse: "sinq", bits: [3, 4] };

describe("claims", () => {
  it("stand in the order of the record, unmeasured ones too, and what only a file names comes after", () => {
    const groups = claimGroups([claim], [table([row("b", 4, "holds"), row("b", 3, "fails")])]);
    expect(groups.map(({ id, outcome, rows }) => [id, outcome, rows.map(({ bits }) => bits)])).toEqual([
      ["a", "not-measured", []],
      ["b", "mixed", [3, 4]],
    ]);
    expect(groups[1]).toMatchObject({ statement: "b in words", better: "sinq", worse: "nf4", bits: [4, 3] });
    expect(groups[1].rows[0].path).toBe("claims/tiny.csv");
  });

  it.each([
    ["", "not-measured"],
    ["hh", "holds"],
    ["hu", "holds-in-part"],
    ["hfu", "mixed"],
    ["uu", "undecided"],
    ["fu", "fails-in-part"],
    ["f", "fails"],
  ])("with the cells %s are, in a word, %s", (cells, outcome) => {
    const words = { h: "holds", f: "fails", u: "undecided" };
    expect(claimOutcome([...cells].map((letter) => ({ verdict: words[letter as "h"] })))).toBe(outcome);
  });

  it("say in words how many cells hold, here and in the paper", () => {
    const [group] = claimGroups([], [table([row("b", 3, "holds"), row("b", 4, "undecided"), row("b", 4, "fails")])]);
    expect(countsInWords(group)).toBe("Here: 1 of 3 holds, 1 fails, 1 undecided.");
    expect(countsInWords({ ...group, rows: group.rows.slice(0, 1) })).toBe("Here: 1 of 1 holds.");
    const two = [...group.rows, ...group.rows.slice(0, 2).map((row) => ({ ...row, model: "other" }))];
    expect(countsInWords({ ...group, rows: two })).toBe(
      `Here, tiny: 1 of 3 holds, 1 fails, 1 undecided; other: ${group.rows[1].verdict === "fails" ? "1 of 2 holds, 1 fails" : "1 of 2 holds, 1 undecided"}.`,
    );
    expect(countsInWords({ ...group, rows: [] })).toBe(
      "Not measured here: exp claims runs SINQ and NF4 (BnB) on the same windows.",
    );
    expect(publishedInWords({ ...group, published: { lower: 2, cells: 3, tables: ["1", "11"] } })).toBe(
      "In the paper: lower in 2 of 3 cells (tables 1, 11).",
    );
    expect(publishedInWords({ ...group, published: { lower: 0, cells: 0, tables: [] } })).toMatch(/no table/);
  });
});

describe("the paper's own count", () => {
  const cell = (table: string, method: string, bits: string, value: number, metric = "c4_ppl"): PublishedRow => ({
    source: "sinq-v4",
    table,
    bits,
    method,
    model: "m",
    metric,
    value,
    unit: "",
    printed: String(value),
    tolerance: null,
    remark: "",
    line: 2,
  });
  const count = (rows: PublishedRow[]) => publishedCount({ better: "sinq", worse: "nf4", bits: [4] }, rows);

  it("compares perplexities of one table, model, text and bit width, by the paper's own names of methods", () => {
    expect(count([cell("10", "sinq", "4", 9), cell("10", "bnb-nf4", "4", 10)])).toEqual({
      lower: 1,
      cells: 1,
      tables: ["10"],
    });
    expect(count([cell("1", "sinq", "4", 10), cell("1", "bnb-nf4", "4", 10)])).toMatchObject({ lower: 0, cells: 1 });
    expect(count([cell("1", "sinq", "4", 9), cell("2", "bnb-nf4", "4", 10)]).cells).toBe(0);
    expect(count([cell("1", "sinq", "3", 9), cell("1", "bnb-nf4", "3", 10)]).cells).toBe(0);
    expect(count([cell("1", "sinq", "4", 9, "memory"), cell("1", "bnb-nf4", "4", 10, "memory")]).cells).toBe(0);
  });

  it("counts what two tables repeat once, and names both", () => {
    const both = ["10", "2"].flatMap((table) => [cell(table, "sinq", "4", 9), cell(table, "bnb-nf4", "4", 10)]);
    expect(count(both)).toEqual({ lower: 1, cells: 1, tables: ["2", "10"] });
    expect(count([...both, cell("3", "sinq", "4", 9), cell("3", "bnb-nf4", "4", 8)])).toMatchObject({
      lower: 1,
      cells: 2,
    });
  });

  it("takes a method by its id where the claim names its settings too", () => {
    const rows = [cell("4", "asinq", "4", 9), cell("4", "sinq", "4", 10)];
    expect(publishedCount({ better: "asinq:aux=u8", worse: "sinq", bits: [4] }, rows)).toMatchObject({ cells: 1 });
  });

  it("finds the tables of the paper", () => {
    const found = publishedCount({ better: "sinq", worse: "sinq-no-overhead", bits: [3, 4] });
    expect(found).toEqual({ lower: 6, cells: 6, tables: ["8"] });
  });
});
