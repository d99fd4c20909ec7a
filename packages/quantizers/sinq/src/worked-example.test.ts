import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceKernels as kernels } from "@sinqbench/kernels";
import { decode, type Encoded, loadAux, roundAndStore, roundings } from "@sinqbench/quantizer";
import { expect, it } from "vitest";
import { normalizeAndRound } from "./normalize-and-round.ts";
import { sinqPresets } from "./sinq-options.ts";

const data = Float32Array.of(0.1, -0.2, 0.3, 1.6, -0.3, 0.4, -0.1, -1.2, 0.2, 0.1, -0.4, 0.8, -0.05, 0.15, 0.25, -2);
const weight = { rows: 4, cols: 4, data };
const config = { bits: 3, tiling: "1d", aux: "f32" } as const;

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

function rootMeanSquareError(encoded: Encoded, columns: readonly number[]): number {
  const errors = Array.from(decode(encoded, kernels), (value, i) => value - data[i]).filter((_, i) =>
    columns.includes(i % 4),
  );
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
}

function render(encoded: Encoded): string {
  const table = sideBySide([
    ["W", data, 2],
    ["Q", kernels.unpack(encoded.codes, encoded.bits, 16), 0],
    ["z", loadAux(encoded.zero), 0],
    ["s", loadAux(encoded.scale), 4],
    ["W'", decode(encoded, kernels), 3],
  ]);
  const t = encoded.columnScale
    ? Array.from(loadAux(encoded.columnScale), (value) => value.toFixed(4).padStart(8))
    : [];
  const rtn = roundAndStore(weight, { method: "rtn", config, group: 4, rounding: roundings.rtn }, { kernels });
  const errors = [rtn, encoded].map((each) =>
    [[0, 1, 2], [3]].map((columns) => rootMeanSquareError(each, columns).toFixed(4).padStart(16)).join(""),
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
    `\`\`\`\n${render(normalizeAndRound(weight, { method: "sinq", config, group: 4, options: sinqPresets.paper.options }, { kernels }))}\n\`\`\``,
  );
});
