import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderSvg } from "../render-chart.ts";
import { type ClaimRow, claimsCsv, claimVerdict, readClaimsCsv } from "./claim-row.ts";
import { claimsChart } from "./claims-chart.ts";
import { claimsMarkdown } from "./claims-markdown.ts";
import { writeClaims } from "./write-claims.ts";

/** Invented for tests. */
const row: ClaimRow = {
  model: "tiny",
  claim: "sinq-below-rtn",
  statement: "SINQ has a lower perplexity than RTN (table 1)",
  bits: 3,
  better: "sinq",
  worse: "rtn",
  dataset: "moby-dick",
  protocol: "gptq-256",
  windows: 128,
  perplexity_better: 190.5,
  perplexity_worse: 192.25,
  delta_nll: -0.00914,
  delta_nll_se: 0.0012,
  verdict: "holds",
};
const rows: ClaimRow[] = [
  row,
  { ...row, dataset: "sotu", delta_nll: 0.0021, verdict: "fails" },
  { ...row, bits: 4, delta_nll: -0.001, delta_nll_se: null, verdict: "undecided" },
];

describe("claimVerdict", () => {
  it.each([
    [-0.0201, 0.01, "holds"],
    [-0.02, 0.01, "undecided"],
    [0.02, 0.01, "undecided"],
    [0.0201, 0.01, "fails"],
    [-1, null, "undecided"],
    [0, 0, "undecided"],
  ])("of %d with standard error %s is %s", (delta, se, verdict) => expect(claimVerdict(delta, se)).toBe(verdict));
});

describe("claims", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "claims-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("come back from their files, which have the same bytes every time", async () => {
    const files = await writeClaims(dir, rows);
    expect((await readdir(dir)).toSorted()).toEqual(["csv", "md", "png", "svg", "vl.json"].map((end) => `tiny.${end}`));
    expect(await readClaimsCsv(files[0])).toEqual(rows);
    const before = await Promise.all(files.map((file) => readFile(file)));
    await writeClaims(dir, rows);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
  });

  it("are refused with a number that is none, or of two models, before a file is written", async () => {
    expect(() => claimsCsv([{ ...row, delta_nll: Number.NaN }])).toThrow(
      expect.objectContaining({ code: "claim-not-finite" }),
    );
    await expect(writeClaims(dir, [row, { ...row, model: "other" }])).rejects.toMatchObject({ code: "mixed-models" });
    await expect(writeClaims(dir, [])).rejects.toMatchObject({ code: "no-result-rows" });
    expect(await readdir(dir)).toEqual([]);
  });

  it("are refused from a damaged file, by line", async () => {
    const path = join(dir, "x.csv");
    await writeFile(path, claimsCsv(rows).replace("0.00210", "?"));
    await expect(readClaimsCsv(path)).rejects.toThrow(/line 3: delta_nll is "\?"/);
  });

  it("read as a table that counts the verdicts and says each statement once", () => {
    const text = claimsMarkdown(rows);
    expect(text).toContain("1 holds, 1 undecided, 1 fails.");
    expect(text).toContain(
      "| SINQ has a lower perplexity than RTN (table 1) | 3 | moby-dick | SINQ 190.500 | RTN 192.250 | -0.00914 | ±0.00120 | holds |",
    );
    expect(text).toContain("|  | 4 | moby-dick | SINQ 190.500 | RTN 192.250 | -0.00100 |  | **undecided** |");
    expect(text.split(row.statement)).toHaveLength(2);
  });

  it("are drawn with two standard errors each way, a panel for every text", async () => {
    const panels = (claimsChart(rows) as unknown as { hconcat: { data: { values: Record<string, number>[] } }[] })
      .hconcat;
    expect(panels).toHaveLength(2);
    expect(panels[0].data.values[0].low).toBeCloseTo(-0.01154, 10);
    expect(panels[0].data.values[0].high).toBeCloseTo(-0.00674, 10);
    const svg = await renderSvg(claimsChart(rows));
    for (const words of ["SINQ below RTN, 3 bits", "SINQ below RTN, 4 bits", "undecided", "moby-dick", "sotu"]) {
      expect(svg).toContain(words);
    }
  });
});
