import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import { decode } from "../decode.ts";
import { loadAux } from "../store-aux.ts";
import type { Encoded } from "../types.ts";

const SIZE = 4;

/** The 4 x 4 weight of the worked examples in the methods' READMEs: a large last column. */
export const exampleWeight: Matrix = {
  rows: SIZE,
  cols: SIZE,
  data: Float32Array.of(0.1, -0.2, 0.3, 1.6, -0.3, 0.4, -0.1, -1.2, 0.2, 0.1, -0.4, 0.8, -0.05, 0.15, 0.25, -2),
};

/** Six tokens of inputs [6, 4] for the calibrated methods: the first is ten times as large as the others, the last two move together. */
export const exampleInputs: Matrix = {
  rows: 6,
  cols: SIZE,
  data: Float32Array.of(
    ...[6, 0.3, -0.2, -0.3],
    ...[-4, 0.5, 0.6, 0.5],
    ...[3, -0.6, 0.1, 0.2],
    ...[-5, -0.2, -0.5, -0.4],
    ...[2, 0.4, 0.3, 0.4],
    ...[-7, 0.1, 0.4, 0.2],
  ),
};

/** A part of a printed example: its title, its values row by row, and the digits to print. */
export type ExamplePart = readonly [title: string, values: ArrayLike<number>, digits: number];

/** Four rows of `parts` side by side under their titles, as a README shows them. */
export function sideBySide(parts: readonly ExamplePart[]): string {
  const columns = parts.map(([title, values, digits]) => {
    const cells = Array.from(values, (value) => value.toFixed(digits).padStart(digits > 0 ? digits + 4 : 3));
    const rows = Array.from({ length: SIZE }, (_, i) =>
      cells.slice((i * cells.length) / SIZE, ((i + 1) * cells.length) / SIZE).join(""),
    );
    return [title.padStart(rows[0].length), ...rows];
  });
  return Array.from({ length: SIZE + 1 }, (_, line) => columns.map((column) => column[line]).join("  ")).join("\n");
}

/**
 * Weight, codes, zero points and scales of the encoded example, and what it decodes to, side by side.
 *
 * `zeroDigits`: digits of the zero points; one that all groups share is not shown. `more`: parts to show after the weight.
 */
export function exampleTable(
  encoded: Encoded,
  kernels: Kernels,
  { zeroDigits = 0, more = [] }: { readonly zeroDigits?: number; readonly more?: readonly ExamplePart[] } = {},
): string {
  const zero = loadAux(encoded.zero);
  return sideBySide([
    ["W", exampleWeight.data, 2],
    ...more,
    ["Q", kernels.unpack(encoded.codes, encoded.bits, SIZE * SIZE), 0],
    ...(zero.length > 1 ? [["z", zero, zeroDigits] as const] : []),
    ["s", loadAux(encoded.scale), 4],
    ["W'", decode(encoded, kernels), 3],
  ]);
}

/** Root mean square error of the encoded example in some of its columns, all by default. */
export function exampleError(encoded: Encoded, kernels: Kernels, columns: readonly number[] = [0, 1, 2, 3]): number {
  const errors = Array.from(decode(encoded, kernels), (value, i) => value - exampleWeight.data[i]).filter((_, i) =>
    columns.includes(i % SIZE),
  );
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
}

/** Mean squared error of the outputs x W^T of the encoded example for the example's inputs. */
export function exampleOutputError(encoded: Encoded, kernels: Kernels): number {
  const { data, rows } = exampleInputs;
  return kernels.outputError(data, rows, exampleWeight.data, decode(encoded, kernels), SIZE, SIZE, "l2");
}
