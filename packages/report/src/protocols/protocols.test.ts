import { describe, expect, it } from "vitest";
import { experiment, invent } from "../fixtures/rows.ts";
import { renderSvg } from "../render-chart.ts";
import { protocolsChart } from "./protocols-chart.ts";
import { protocolsMarkdown } from "./protocols-markdown.ts";

const rows = [
  ...invent(),
  ...invent("Qwen/Qwen3-1.7B", { protocol: "llamacpp-512", window: 512, windows: 584 }).map((row) => ({
    ...row,
    perplexity: row.perplexity * 1.1,
  })),
].filter(({ method, bits }) => method === "bf16" || (method === "sinq" && bits === 4));

describe("the view of protocols", () => {
  it("has a line for every protocol of a text, and the spread of each method", () => {
    expect(protocolsMarkdown(experiment, rows)).toContain(`**WikiText2**

| protocol | BF16 | SINQ, 4 bits |
| --- | ---: | ---: |
| gptq-2048, 146 windows of 2048 tokens | 16.671 | 17.142 |
| llamacpp-512, 584 windows of 512 tokens | 18.338 | 18.857 |
| **highest over lowest** | 10.0 % | 10.0 % |`);
  });

  it("draws a panel for every text with every protocol", async () => {
    const spec = protocolsChart(experiment, rows) as unknown as { hconcat: { data: { values: unknown[] } }[] };
    expect(spec.hconcat.map(({ data }) => data.values.length)).toEqual([4, 4]);
    const svg = await renderSvg(protocolsChart(experiment, rows));
    for (const words of ["gptq-2048", "llamacpp-512", "SINQ, 4 bits", "WikiText2", "C4"]) expect(svg).toContain(words);
  });
});
