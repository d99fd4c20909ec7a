import { distinct, tableLines } from "../table-lines.ts";
import { fixed } from "../tidy-table.ts";
import type { Experiment } from "../types.ts";
import { MEASURES, type ObjectiveRow } from "./objective-row.ts";
import { rankCorrelation } from "./rank-correlation.ts";

const WORDS = {
  imbalance: "imbalance",
  kurtosis: "kurtosis",
  weight_error: "weight error",
  output_error: "output error",
} as const;

/** Every setting with its measures and its losses, and how well each measure orders the losses. */
export function objectiveMarkdown(
  experiment: Pick<Experiment, "methods" | "bits">,
  rows: readonly ObjectiveRow[],
): string {
  const texts = distinct(rows.map((row) => row.dataset));
  const bits = distinct(rows.map((row) => row.bits));
  const settings = tableLines(experiment, rows).map(({ label, bits, rows: own }) => [
    String(bits),
    label,
    fixed(own[0].imbalance, 3),
    fixed(own[0].kurtosis, 3),
    fixed(own[0].weight_error, 4),
    fixed(own[0].output_error, 4),
    ...texts.map((text) => loss(own.find((row) => row.dataset === text))),
  ]);
  const orders = bits.flatMap((width) =>
    texts.map((text) => {
      const own = rows.filter((row) => row.bits === width && row.dataset === text);
      const losses = own.map((row) => row.delta_nll);
      return [
        String(width),
        text,
        ...MEASURES.map((name) => {
          const found = rankCorrelation(
            own.map((row) => row[name]),
            losses,
          );
          return found === null ? "" : fixed(found, 2);
        }),
      ];
    }),
  );
  const names = MEASURES.map((name) => WORDS[name]);
  const [{ model, layers, group_size: group }] = rows;
  return `### What should a normalization make small: imbalance or kurtosis?

**${model}**, group size ${group}; measures are medians over ${layers} linear layers.

${table(["bits", "setting", ...names, ...texts.map((text) => `loss added, ${text}`)], settings, 2)}

Rank correlation of each measure with the loss added, over the settings above (1: it orders them as the loss does):

${table(["bits", "text", ...names], orders, 2)}

- Imbalance: of what is rounded, in tiles of all rows by one group, rows brought to deviation 1: largest over smallest standard
  deviation. Kurtosis: of the weights that share a scale; 3 for a normal distribution.
- Weight error: |W - W'| / |W|; output error: the same of x W^T, on calibration inputs.
- Loss added: mean paired difference to the checkpoint's own weights, nats per token, with its standard error.
`;
}

function loss(row: ObjectiveRow | undefined): string {
  if (!row) return "";
  const error = row.delta_nll_se === null ? "" : ` \u00b1${fixed(row.delta_nll_se, 4)}`;
  return `${fixed(row.delta_nll, 4)}${error}`;
}

/** @param words columns of words at the left, the rest are numbers */
function table(header: readonly string[], lines: readonly (readonly string[])[], words: number): string {
  const rule = header.map((_, i) => (i < words ? "---" : "---:"));
  return [header, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
