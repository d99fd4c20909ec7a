import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  type Encoded,
  exampleInputs,
  exampleOutputError,
  exampleTable,
  exampleWeight,
  loadAux,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { expect, it } from "vitest";
import { asinq, searchAndRound } from "./asinq.ts";

const config = { bits: 3, tiling: "1d", aux: "f32" } as const;
const rtn = roundAndStore(exampleWeight, { method: "rtn", config, group: 4, rounding: roundings.rtn }, { kernels });

function render(label: string, encoded: Encoded): string {
  const error = (each: Encoded) => exampleOutputError(each, kernels).toFixed(5).padStart(9);
  const scales = Array.from(loadAux(encoded.columnScale!), (value) => value.toFixed(4).padStart(8));
  return [
    exampleTable(encoded, kernels),
    "",
    `t / a = ${scales.join("")}`,
    "",
    "mean square error of the outputs",
    `${"RTN".padEnd(20)}${error(rtn)}`,
    `${label.padEnd(20)}${error(encoded)}`,
  ].join("\n");
}

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

it("README shows what the code computes", () => {
  const statistics = activationStatistics(exampleInputs, asinq.needs!);
  const request = { config, group: 4, options: asinq.defaults, meanAbs: statistics.meanAbs!, rows: statistics.rows! };
  const encoded = searchAndRound(exampleWeight, request, { kernels });
  expect(readme).toContain(`\`\`\`\n${render(asinq.info.label, encoded)}\n\`\`\``);
});
