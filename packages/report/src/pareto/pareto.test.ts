import { describe, expect, it } from "vitest";
import { invent } from "../fixtures/rows.ts";
import { renderSvg } from "../render-chart.ts";
import type { ResultRow } from "../types.ts";
import { paretoChart } from "./pareto-chart.ts";
import { paretoFront } from "./pareto-front.ts";
import { paretoMarkdown } from "./pareto-markdown.ts";

const [any] = invent();
/** Results on one text with these bits per weight and perplexities. */
const results = (...points: readonly (readonly [number, number])[]): ResultRow[] =>
  points.map(([bits_per_weight, perplexity]) => ({ ...any, bits_per_weight, perplexity }));
const front = (rows: readonly ResultRow[]) => rows.map((row) => (paretoFront(rows).includes(row) ? "yes" : "no"));

describe("paretoFront", () => {
  it.each([
    [
      "fewer bits and lower",
      [
        [3, 10],
        [4, 11],
      ],
      ["yes", "no"],
    ],
    [
      "fewer bits or lower",
      [
        [3, 11],
        [4, 10],
      ],
      ["yes", "yes"],
    ],
    [
      "equal bits, lower",
      [
        [4, 10],
        [4, 11],
      ],
      ["yes", "no"],
    ],
    [
      "fewer bits, equal",
      [
        [3, 10],
        [4, 10],
      ],
      ["yes", "no"],
    ],
    [
      "the same",
      [
        [3, 10],
        [3, 10],
      ],
      ["yes", "yes"],
    ],
    [
      "between two of the front",
      [
        [3, 12],
        [4, 12.5],
        [5, 10],
      ],
      ["yes", "no", "yes"],
    ],
  ] as const)("%s", (_, points, expected) => expect(front(results(...points))).toEqual(expected));

  it("compares only results on the same text and model", () => {
    const [a, b] = results([3, 10], [4, 11]);
    expect(front([a, { ...b, tokens_sha256: "other" }])).toEqual(["yes", "yes"]);
    expect(front([a, { ...b, model: "other" }])).toEqual(["yes", "yes"]);
  });
});

describe("a front", () => {
  it("is listed in words, fewest bits first", () => {
    const text = paretoMarkdown(invent());
    expect(text).toContain("**WikiText2** (gptq-2048, 146 windows of 2048 tokens): 3 of 9 settings are on the front.");
    expect(text.match(/\| SINQ \| 3 \|[\s\S]*\| SINQ \| 4 \|[\s\S]*\| BF16 \| 16 \|/)).not.toBeNull();
  });

  it("draws every quantized setting, the front and the checkpoint's own weights", async () => {
    const spec = paretoChart(invent()) as unknown as {
      hconcat: { layer: { data?: { values: unknown[] } }[]; data: { values: unknown[] } }[];
    };
    expect(spec.hconcat).toHaveLength(2);
    expect(spec.hconcat[0].data.values).toHaveLength(8);
    expect(spec.hconcat[0].layer.map(({ data }) => data?.values.length)).toEqual([1, 2, undefined, 2]);
    expect(await renderSvg(paretoChart(invent()))).toContain("stored bits per weight");
  });
});
