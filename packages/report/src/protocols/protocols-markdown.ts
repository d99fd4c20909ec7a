import { distinct, tableLines } from "../table-lines.ts";
import { protocolNote } from "../text-notes.ts";
import { fixed } from "../tidy-table.ts";
import type { Experiment, ResultRow } from "../types.ts";

/** One table for every text: protocols as lines, methods as columns, and how far the highest "perplexity" is from the lowest. */
export function protocolsMarkdown(experiment: Experiment, rows: readonly ResultRow[]): string {
  const lines = tableLines(experiment, rows);
  const parts = distinct(rows.map((row) => row.dataset)).map((dataset) => {
    const own = rows.filter((row) => row.dataset === dataset);
    const protocols = distinct(own.map((row) => row.protocol));
    const cell = (protocol: string, line: (typeof lines)[number]) =>
      line.rows.find((row) => row.dataset === dataset && row.protocol === protocol);
    const body = protocols.map((protocol) => [
      protocolNote(own.find((row) => row.protocol === protocol)!),
      ...lines.map((line) => {
        const found = cell(protocol, line);
        return found ? fixed(found.perplexity, 3) : "";
      }),
    ]);
    const spread = lines.map((line) => {
      const values = protocols
        .map((protocol) => cell(protocol, line)?.perplexity ?? Number.NaN)
        .filter(Number.isFinite);
      return `${fixed((Math.max(...values) / Math.min(...values) - 1) * 100, 1)} %`;
    });
    const header = [
      "protocol",
      ...lines.map((line) => (line.method === "bf16" ? line.label : `${line.label}, ${line.bits} bits`)),
    ];
    const rule = header.map((_, i) => (i === 0 ? "---" : "---:"));
    const table = [header, rule, ...body, ["**highest over lowest**", ...spread]];
    return `**${dataset}**\n\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
  });
  return `#### One text, several perplexities\n\n${parts.join("\n\n")}

- gptq-N: windows of N tokens one after the other, every prediction scored, the first ones with hardly any context
- llamacpp-N: the same windows, only the second half of each scored, with at least N / 2 tokens of context
`;
}
