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
import { fp4 } from "./fp4.ts";
import { nf4 } from "./nf4.ts";

const config = { bits: 4, tiling: "1d", aux: "f32" } as const;

function render(encoded: Encoded): string {
  const table = exampleTable(encoded, kernels, { zeroDigits: 4 });
  return `\`\`\`\n${table}\n\nroot mean square error ${exampleError(encoded, kernels).toFixed(4)}\n\`\`\``;
}

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

it.each([nf4, fp4])("README shows what $info.id computes", ({ quantize }) => {
  expect(readme).toContain(render(quantize(exampleWeight, { ...config, groupSize: 4 }, { kernels })));
});

it("README shows what nf4-shift computes", () => {
  const request = { method: "nf4-shift", config, group: 4, rounding: roundings.nf4 };
  expect(readme).toContain(render(roundAndStore(exampleWeight, request, { kernels })));
});
