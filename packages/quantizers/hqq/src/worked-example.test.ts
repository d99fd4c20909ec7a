import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import {
  decode,
  type Encoded,
  exampleTable,
  exampleWeight,
  type Rounding,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import { expect, it } from "vitest";

const config = { bits: 2, tiling: "1d", aux: "f32" } as const;

function errors(encoded: Encoded): string {
  const sizes = Array.from(decode(encoded, kernels), (value, i) => Math.abs(value - exampleWeight.data[i]));
  const sum = (power: number) => sizes.reduce((total, size) => total + size ** power, 0);
  return `sum of |W - W'|^0.7 ${sum(0.7).toFixed(4)}, root mean square error ${Math.sqrt(sum(2) / 16).toFixed(4)}`;
}

function render(): string {
  const solver = { iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false, keep: "last" } as const;
  const round = (method: string, rounding: Rounding) =>
    roundAndStore(exampleWeight, { method, config, group: 4, rounding }, { kernels });
  const encoded = round("hqq", { ...roundings.hqq, solver });
  const table = exampleTable(encoded, kernels, { zeroDigits: 4 });
  return `${table}\n\nRTN  ${errors(round("rtn", roundings.rtn))}\nHQQ  ${errors(encoded)}`;
}

it("README shows what the code computes", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(`\`\`\`\n${render()}\n\`\`\``);
});
