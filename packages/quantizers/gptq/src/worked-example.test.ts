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
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { expect, it } from "vitest";
import { gptq } from "./gptq.ts";
import { quantizeColumns } from "./quantize-columns.ts";

const config = { bits: 3, tiling: "1d", aux: "f32" } as const;
const rtn = roundAndStore(exampleWeight, { method: "rtn", config, group: 4, rounding: roundings.rtn }, { kernels });

function render(label: string, encoded: Encoded): string {
  const error = (each: Encoded) => exampleOutputError(each, kernels).toFixed(5).padStart(9);
  const order = Array.from(encoded.columnOrder!, (column) => column + 1).join(", ");
  return [
    exampleTable(encoded, kernels),
    "",
    `columns in the order ${order}; Q, z and s are in it`,
    "",
    "mean square error of the outputs",
    `${"RTN".padEnd(20)}${error(rtn)}`,
    `${label.padEnd(20)}${error(encoded)}`,
  ].join("\n");
}

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

it("README shows what the code computes", () => {
  const { secondMoment } = activationStatistics(exampleInputs, gptq.needs!);
  const settings = { ...config, group: 4 };
  const encoded = quantizeColumns("gptq", exampleWeight, secondMoment!, settings, gptq.defaults, { kernels });
  expect(readme).toContain(`\`\`\`\n${render(gptq.info.label, encoded)}\n\`\`\``);
});
