import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import { decode, type Encoded, loadAux, roundAndStore, roundings } from "@sinqbench/quantizer";
import { expect, it } from "vitest";
import { fp4 } from "./fp4.ts";
import { nf4 } from "./nf4.ts";

const data = Float32Array.of(0.1, -0.2, 0.3, 1.6, -0.3, 0.4, -0.1, -1.2, 0.2, 0.1, -0.4, 0.8, -0.05, 0.15, 0.25, -2);
const weight = { rows: 4, cols: 4, data };
const config = { bits: 4, tiling: "1d", aux: "f32" } as const;

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

function rootMeanSquareError(encoded: Encoded): number {
  const errors = Array.from(decode(encoded, kernels), (value, i) => value - data[i]);
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
}

function render(encoded: Encoded): string {
  const zero = loadAux(encoded.zero);
  const table = sideBySide([
    ["W", data, 2],
    ["Q", kernels.unpack(encoded.codes, encoded.bits, 16), 0],
    ...(zero.length > 1 ? [["z", zero, 4] as const] : []),
    ["s", loadAux(encoded.scale), 4],
    ["W'", decode(encoded, kernels), 3],
  ]);
  return `\`\`\`\n${table}\n\nroot mean square error ${rootMeanSquareError(encoded).toFixed(4)}\n\`\`\``;
}

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

it.each([nf4, fp4])("README shows what $info.id computes", ({ quantize }) => {
  expect(readme).toContain(render(quantize(weight, { ...config, groupSize: 4 }, { kernels })));
});

it("README shows what nf4-shift computes", () => {
  const request = { method: "nf4-shift", config, group: 4, rounding: roundings.nf4 };
  expect(readme).toContain(render(roundAndStore(weight, request, { kernels })));
});
