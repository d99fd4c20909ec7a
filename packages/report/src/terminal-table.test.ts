import { describe, expect, it } from "vitest";
import { experiment, invent, inventSmall } from "./fixtures/rows.ts";
import { publishedRows } from "./published.ts";
import { terminalTable } from "./terminal-table.ts";
import type { ResultRow } from "./types.ts";

const published = publishedRows({ table: "1" });
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

/** The table with colour on, its escape sequences made readable. */
const colored = (rows: readonly ResultRow[], beside = published) =>
  terminalTable(experiment, rows, beside, { color: true }).replaceAll("\x1b[1m", "<b>").replaceAll("\x1b[22m", "</b>");
const bolds = (text: string) => [...text.matchAll(/<b>([\d.]+)<\/b>/g)].map(([, number]) => number);

describe("terminalTable", () => {
  it("has the paper's layout, the published numbers beside ours, and the difference", () => {
    expect(terminalTable(experiment, invent(), published)).toMatchInlineSnapshot(`
      "Table 1: weight-only quantization without calibration

                                                  Qwen/Qwen3-1.7B
                              memory GB         WikiText2                  C4
      bits  method           ours  paper     ours  paper   diff     ours  paper   diff
      ────────────────────────────────────────────────────────────────────────────────
        16  BF16             3.44   3.44   16.671  16.67   0.00   19.209  19.21   0.00

         3  RTN              1.28   1.28   32.413  32.43  -0.02   31.087  31.10  -0.01
         3  Hadamard + RTN   1.28   1.28   32.400  32.40   0.00   31.071  31.07   0.00
         3  HQQ              1.28   1.28   32.103  32.10   0.00   30.538  30.54   0.00
         3  SINQ             1.28   1.28   22.385  22.39   0.00   24.879  24.88   0.00

         4  RTN              1.42   1.42   18.740  18.74   0.00   20.813  20.81   0.00
         4  Hadamard + RTN   1.42   1.42   19.102  19.10   0.00   20.698  20.70   0.00
         4  HQQ              1.42   1.42   18.961  18.96   0.00   22.103  22.10   0.00
         4  SINQ             1.42   1.42   17.142  17.14   0.00   19.827  19.83   0.00

      WikiText2: perplexity, gptq-2048, 146 windows of 2048 tokens
      C4: perplexity, c4-256, 256 windows of 2048 tokens
      paper: SINQ paper (arXiv 2509.22944 v4), table 1; diff: ours - paper
      "
    `);
  });

  it("adds standard errors when asked, and stays within 100 columns", () => {
    const text = terminalTable(experiment, invent(), published, { standardError: true });
    expect(text).toContain("17.142   ±0.214  17.14   0.00");
    expect(text).toContain("std err: standard error");
    expect(widest(text)).toBeLessThanOrEqual(100);
  });

  it("shows no published number that the caller did not pass", () => {
    const text = terminalTable(experiment, invent());
    expect(text).not.toMatch(/paper|diff/);
    const [wikitext] = [published.filter((row) => row.metric === "wikitext2_ppl")];
    const half = terminalTable(experiment, invent(), wikitext);
    expect(half).toContain("17.14");
    expect(half).not.toContain("19.83");
  });

  it("shows memory legibly for a small model, and says what was measured on", () => {
    const text = terminalTable(experiment, inventSmall());
    expect(text).toContain("0.00557");
    expect(text).toContain("Moby-Dick, the second half: perplexity, joined-256, 160 windows of 256 tokens\n");
  });

  it("marks the best of each bit width in bold only where colour is on", () => {
    const plain = terminalTable(experiment, invent(), published);
    const color = colored(invent());
    expect(plain).not.toContain("\x1b");
    expect(bolds(color)).toEqual(["22.385", "24.879", "17.142", "19.827"]);
    const [withoutBold, legend] = color.replaceAll(/<\/?b>/g, "").split("\nbold: ");
    expect(withoutBold).toBe(plain.trimEnd());
    expect(legend).toBe("lowest perplexity among the methods at these bits\n");
  });

  it("marks equal numbers alike and a single method not at all", () => {
    const tied = invent().filter((row) => row.dataset === "WikiText2" && row.bits === 4 && row.method !== "rtn");
    const rows = tied.map((row) => (row.method === "hqq" ? { ...row, perplexity: 17.1421 } : row));
    expect(bolds(colored(rows))).toEqual(["17.142", "17.142"]);
    const alone = colored(invent().filter((row) => row.method === "sinq" || row.method === "bf16"));
    expect(bolds(alone)).toEqual([]);
    expect(alone).not.toContain("lowest");
  });

  it("puts models side by side while they fit, and below each other then", () => {
    const three = ["a/one", "b/two", "c/three"].flatMap((model) => invent(model));
    const text = terminalTable(experiment, three);
    expect(text).toMatch(/a\/one +b\/two\n/);
    expect(text).toMatch(/\n +c\/three\n/);
    expect(widest(text)).toBeLessThanOrEqual(100);
  });

  it("splits a model between its texts where the terminal is narrow", () => {
    const text = terminalTable(experiment, invent(), published, { width: 62 });
    expect(text.match(/^bits {2}method/gm)).toHaveLength(2);
    expect(widest(text.split("\n\nWikiText2:")[0])).toBeLessThanOrEqual(62);
  });

  it("cuts a name that is longer than the columns it stands over", () => {
    const rule = (text: string) => /─+/.exec(text)![0].length;
    const room = /^ +(x+)$/m.exec(terminalTable(experiment, invent("x".repeat(20))))!;
    expect(room[1]).toHaveLength(20);
    for (const length of [29, 30, 31, 120]) {
      const text = terminalTable(experiment, invent("x".repeat(length)));
      const shown = /x+…?/.exec(text)![0];
      expect(shown).toBe(length <= 30 ? "x".repeat(length) : `${"x".repeat(29)}…`);
      expect(widest(text.split("\n\nWikiText2:")[0])).toBe(rule(text));
    }
  });

  it("leaves a cell empty that was not evaluated", () => {
    const rows = invent().filter((row) => row.dataset !== "C4" || row.method !== "hqq");
    expect(terminalTable(experiment, rows)).toMatch(/ {3}4 {2}HQQ +1\.42 +18\.961\n/);
  });

  it("shows a single window's perplexity, whose error is unknown", () => {
    const rows = invent("m", { windows: 1, perplexity_se: null, delta_nll_se: null });
    const text = terminalTable(experiment, rows, [], { standardError: true });
    expect(text).not.toContain("±");
    expect(text).toContain("1 window of 2048 tokens");
  });

  it("tells two protocols on one text apart", () => {
    const frozen = invent("m", { protocol: "c4-frozen" }).filter((row) => row.dataset === "C4");
    const text = terminalTable(experiment, [...invent("m"), ...frozen]);
    expect(text).toContain("C4 (c4-256)");
    expect(text).toContain("C4 (c4-frozen)");
    expect(text).toContain("WikiText2\n".trim());
    expect(text).not.toContain("WikiText2 (");
  });

  it("gives memory in the unit of the published table beside it", () => {
    const gib = published.map((row) => ({ ...row, unit: row.unit && "GiB" }));
    const text = terminalTable(experiment, invent(), gib);
    expect(text).toContain("memory GiB");
    expect(text).toMatch(/BF16 +3\.20 +3\.44/);
  });
});
