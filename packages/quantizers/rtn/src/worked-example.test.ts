import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import {
  type Encoded,
  exampleError,
  exampleTable,
  exampleWeight,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { expect, it } from "vitest";

const config = { bits: 3, tiling: "1d", aux: "f32" } as const;

function render(encoded: Encoded): string {
  const table = exampleTable(encoded, kernels);
  return `${table}\n\nroot mean square error ${exampleError(encoded, kernels).toFixed(4)}`;
}

it("README shows what the code computes", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(
    `\`\`\`\n${render(roundAndStore(exampleWeight, { method: "rtn", config, group: 4, rounding: roundings.rtn }, { kernels }))}\n\`\`\``,
  );
});
