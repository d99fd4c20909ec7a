import { distinct } from "../table-lines.ts";
import type { ImbalanceRow } from "./imbalance-row.ts";
import { type ImbalanceOf, imbalanceSpreads, imbalanceTypes } from "./imbalance-summary.ts";
import { imbalanceSubject } from "./imbalance-words.ts";

/** Before and after by layer type, as median and quartiles over blocks. */
export function imbalanceMarkdown(rows: readonly ImbalanceRow[]): string {
  const spreads = imbalanceSpreads(rows);
  const last = Math.max(...rows.map((row) => row.iterations));
  const presets = distinct(rows.map((row) => row.preset));
  const cell = (of: ImbalanceOf, type: string, preset: string, iterations: number) => {
    const found = spreads.find(
      (spread) =>
        spread.of === of && spread.type === type && spread.preset === preset && spread.iterations === iterations,
    );
    return found ? `${digits(found.median)} (${digits(found.low)} to ${digits(found.high)})` : "";
  };
  const columns = [`before`, ...presets.map((preset) => `${preset}, ${last} iterations`)];
  const table = (of: ImbalanceOf) =>
    [
      ["layer", ...columns],
      ["---", ...columns.map(() => "---:")],
      ...imbalanceTypes(rows).map((type) => [
        type,
        cell(of, type, presets[0], 0),
        ...presets.map((preset) => cell(of, type, preset, last)),
      ]),
    ]
      .map((cells) => `| ${cells.join(" | ")} |`)
      .join("\n");
  return `### Matrix imbalance by Sinkhorn iteration

**${rows[0].model}**: ${imbalanceSubject(rows)}.

Median over tiles:

${table("tile")}

Whole matrix, its tiles put together again:

${table("matrix")}

- Imbalance: largest over smallest unbiased standard deviation of all rows and columns; 1 is perfectly even.
- Cells: median over blocks (quartiles). paper: a tile stops at the first iteration that makes it worse, as in the published code;
  algorithm-1: all iterations, the best one kept. The first iteration measures only.
- The iterations work on tiles. The whole matrix evens out with them, but nothing keeps it from getting worse on the way: the
  scales of neighbouring tiles are not tied to each other.
`;
}

function digits(value: number): string {
  return value < 1000 ? value.toFixed(value < 100 ? 2 : 0) : value.toExponential(1);
}
