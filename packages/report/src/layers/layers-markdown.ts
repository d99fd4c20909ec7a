import { median } from "@sinqbench/tensor";
import { distinct } from "../table-lines.ts";
import { fixed } from "../tidy-table.ts";
import type { LayerRow } from "./layer-row.ts";

/** Medians over the blocks by layer type. */
export function layersMarkdown(rows: readonly LayerRow[]): string {
  const types = distinct(rows.map((row) => row.type));
  const header = [
    "layer",
    "imbalance",
    "after SINQ",
    "kurtosis",
    "after SINQ",
    "AWQ",
    "A-SINQ",
    "R2",
    "weight error, RTN",
    "SINQ",
    "output error, RTN",
    "SINQ",
  ];
  const columns = [
    ["imbalance_before", 2],
    ["imbalance_after", 2],
    ["kurtosis_before", 2],
    ["kurtosis_after", 2],
    ["kurtosis_awq", 2],
    ["kurtosis_asinq", 2],
    ["r2_column_scale", 3],
    ["weight_error_rtn", 4],
    ["weight_error_sinq", 4],
    ["output_error_rtn", 4],
    ["output_error_sinq", 4],
  ] as const satisfies readonly (readonly [keyof LayerRow, number])[];
  const lines = types.map((type) => {
    const own = rows.filter((row) => row.type === type);
    return [type, ...columns.map(([name, decimals]) => fixed(median(own.map((row) => row[name])), decimals))];
  });
  const better = rows.filter((row) => row.output_error_sinq < row.output_error_rtn).length;
  const worseKurtosis = rows.filter((row) => row.kurtosis_awq > row.kurtosis_asinq).length;
  const [{ model, bits, group_size: group }] = rows;
  const table = [header, header.map((_, i) => (i === 0 ? "---" : "---:")), ...lines];
  return `### Layers: what normalization meets and does

**${model}**, ${bits} bits, group size ${group}; medians over blocks.

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

SINQ's outputs are nearer to the original's than RTN's in ${better} of ${rows.length} layers. What AWQ rounds has a higher kurtosis than
what A-SINQ rounds in ${worseKurtosis} of ${rows.length}.

- Imbalance: median over SINQ's tiles of the largest over the smallest standard deviation of rows and columns.
- Kurtosis: of the weights that share a scale, median over groups; 3 for a normal distribution.
- R2: of log t against log mean |x| over columns, centred in every tile, whose own scale is free: how far SINQ's second scale,
  which sees no input, follows the inputs' magnitudes.
- Weight error: |W - W'| / |W|; output error: the same of x W^T, on calibration inputs.
`;
}
