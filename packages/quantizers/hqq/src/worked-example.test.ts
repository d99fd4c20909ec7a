import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import { decode, type Encoded, loadAux, type Rounding, roundAndStore, roundings } from "@sinqbench/quantizer";
import { expect, it } from "vitest";

const data = Float32Array.of(0.1, -0.2, 0.3, 1.6, -0.3, 0.4, -0.1, -1.2, 0.2, 0.1, -0.4, 0.8, -0.05, 0.15, 0.25, -2);
const weight = { rows: 4, cols: 4, data };
const config = { bits: 2, tiling: "1d", aux: "f32" } as const;

/** Four rows of `parts` side by side: each is a title, its values row by row, and the digits to print. */
function sideBySide(parts: readonly (readonly [title: string, values: ArrayLike<number>, digits: number])[]): string {
  const columns = parts.map(([title, values, digits]) => {
    const cells = Array.from(values, (value) => value.toFixed(digits).padStart(digits > 0 ? digits + 4 : 3));
    const rows = Array.from({ length: 4 }, (_, i) =>
      cells.slice((i * cells.length) / 4, ((i + 1) * cells.length) / 4).join(""),
    );
    return [title.padStart(rows[0].length), ...rows];
  });
  return Array.from({ length: 5 }, (_, line) => columns.map((column) => column[line]).join("  ")).join("\n");
}

function errors(encoded: Encoded): string {
  const sizes = Array.from(decode(encoded, kernels), (value, i) => Math.abs(value - data[i]));
  const sum = (power: number) => sizes.reduce((total, size) => total + size ** power, 0);
  return `sum of |W - W'|^0.7 ${sum(0.7).toFixed(4)}, root mean square error ${Math.sqrt(sum(2) / 16).toFixed(4)}`;
}

function render(): string {
  const solver = { iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false, keep: "last" } as const;
  const round = (method: string, rounding: Rounding) =>
    roundAndStore(weight, { method, config, group: 4, rounding }, { kernels });
  const encoded = round("hqq", { ...roundings.hqq, solver });
  const table = sideBySide([
    ["W", data, 2],
    ["Q", kernels.unpack(encoded.codes, encoded.bits, 16), 0],
    ["z", loadAux(encoded.zero), 4],
    ["s", loadAux(encoded.scale), 4],
    ["W'", decode(encoded, kernels), 3],
  ]);
  return `${table}\n\nRTN  ${errors(round("rtn", roundings.rtn))}\nHQQ  ${errors(encoded)}`;
}

it("README shows what the code computes", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(`\`\`\`\n${render()}\n\`\`\``);
});
