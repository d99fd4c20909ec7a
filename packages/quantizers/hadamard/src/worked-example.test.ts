import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import {
  exampleError,
  exampleTable,
  exampleWeight,
  rotateInputs,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import { expect, it } from "vitest";

const config = { bits: 3, tiling: "1d", aux: "f32" } as const;

function render(): string {
  const rotated = rotateInputs(exampleWeight, kernels);
  const round = (matrix: Matrix) =>
    roundAndStore(matrix, { method: "hadamard-rtn", config, group: 4, rounding: roundings.rtn }, { kernels });
  const encoded = { ...round(rotated.weight), inputTransform: rotated.inputTransform };
  const table = exampleTable(encoded, kernels, { more: [["W H", rotated.weight.data, 3]] });
  const errors = [round(exampleWeight), encoded].map((each) => exampleError(each, kernels).toFixed(4));
  return `${table}\n\nroot mean square error ${errors[1]}, of RTN ${errors[0]}`;
}

it("README shows what the code computes", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(`\`\`\`\n${render()}\n\`\`\``);
});
