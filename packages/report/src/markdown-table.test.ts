import { describe, expect, it } from "vitest";
import { experiment, invent } from "./fixtures/rows.ts";
import { markdownTable } from "./markdown-table.ts";
import { publishedRows } from "./published.ts";

const cells = (line: string) => line.split(/(?<!\\)\|/).length;

describe("markdownTable", () => {
  it("is the terminal's table, with the best of each bit width in bold", () => {
    const text = markdownTable(experiment, invent(), publishedRows({ table: "1" }));
    expect(text).toMatchInlineSnapshot(`
      "### Table 1: weight-only quantization without calibration

      **Qwen/Qwen3-1.7B**

      | bits | method | memory GB | memory GB, paper | WikiText2 | WikiText2, paper | WikiText2, diff | C4 | C4, paper | C4, diff |
      | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | 16 | BF16 | 3.44 | 3.44 | 16.671 | 16.67 | 0.00 | 19.209 | 19.21 | 0.00 |
      | 3 | RTN | 1.28 | 1.28 | 32.413 | 32.43 | -0.02 | 31.087 | 31.10 | -0.01 |
      | 3 | Hadamard + RTN | 1.28 | 1.28 | 32.400 | 32.40 | 0.00 | 31.071 | 31.07 | 0.00 |
      | 3 | HQQ | 1.28 | 1.28 | 32.103 | 32.10 | 0.00 | 30.538 | 30.54 | 0.00 |
      | 3 | SINQ | 1.28 | 1.28 | **22.385** | 22.39 | 0.00 | **24.879** | 24.88 | 0.00 |
      | 4 | RTN | 1.42 | 1.42 | 18.740 | 18.74 | 0.00 | 20.813 | 20.81 | 0.00 |
      | 4 | Hadamard + RTN | 1.42 | 1.42 | 19.102 | 19.10 | 0.00 | 20.698 | 20.70 | 0.00 |
      | 4 | HQQ | 1.42 | 1.42 | 18.961 | 18.96 | 0.00 | 22.103 | 22.10 | 0.00 |
      | 4 | SINQ | 1.42 | 1.42 | **17.142** | 17.14 | 0.00 | **19.827** | 19.83 | 0.00 |

      - WikiText2: perplexity, gptq-2048, 146 windows of 2048 tokens
      - C4: perplexity, c4-256, 256 windows of 2048 tokens
      - paper: SINQ paper (arXiv 2509.22944 v4), table 1; diff: ours - paper
      - **bold**: lowest perplexity among the methods at these bits
      "
    `);
  });

  it("has one table per model, every line with as many cells as its header", () => {
    const text = markdownTable(experiment, [...invent("a"), ...invent("b")], [], { standardError: true });
    expect(text).toMatch(/\*\*a\*\*[\s\S]*\*\*b\*\*/);
    expect(
      new Set(
        text
          .split("\n")
          .filter((line) => line.startsWith("|"))
          .map(cells),
      ),
    ).toEqual(new Set([9]));
  });

  it("escapes names that Markdown would read as markup", () => {
    const text = markdownTable(experiment, invent("a_b|c<d", { dataset: "x|y" }));
    expect(text).toContain("**a\\_b\\|c\\<d**");
    expect(
      new Set(
        text
          .split("\n")
          .filter((line) => line.startsWith("|"))
          .map(cells),
      ).size,
    ).toBe(1);
  });
});
