import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import {
  type Encoded,
  exampleError,
  exampleTable,
  exampleWeight,
  loadAux,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { expect, it } from "vitest";
import { normalizeAndRound } from "./normalize-and-round.ts";
import { sinqPresets } from "./sinq-options.ts";

const config = { bits: 3, tiling: "1d", aux: "f32" } as const;

function render(encoded: Encoded): string {
  const table = exampleTable(encoded, kernels);
  const t = encoded.columnScale
    ? Array.from(loadAux(encoded.columnScale), (value) => value.toFixed(4).padStart(8))
    : [];
  const rtn = roundAndStore(exampleWeight, { method: "rtn", config, group: 4, rounding: roundings.rtn }, { kernels });
  const errors = [rtn, encoded].map((each) =>
    [[0, 1, 2], [3]].map((columns) => exampleError(each, kernels, columns).toFixed(4).padStart(16)).join(""),
  );
  return [
    table,
    "",
    `t = ${t.join("")}`,
    "",
    "root mean square error of  columns 1 to 3        column 4",
    `RTN                      ${errors[0]}`,
    `SINQ                     ${errors[1]}`,
  ].join("\n");
}

it("README shows what the code computes", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(
    `\`\`\`\n${render(normalizeAndRound(exampleWeight, { method: "sinq", config, group: 4, options: sinqPresets.paper.options }, { kernels }))}\n\`\`\``,
  );
});
