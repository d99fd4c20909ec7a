import type { DequantizeInput } from "../types.ts";
import { unpack } from "./pack.ts";

const f = Math.fround;

/** float32 [rows, cols]: ((level or code) - zero) * scale * columnScale, each operation rounded to float32 in that order. */
export function dequantize(input: DequantizeInput, out?: Float32Array): Float32Array {
  const { rows, cols, bits, group, scale, zero, levels, columnScale } = input;
  const result = out ?? new Float32Array(rows * cols);
  const groups = cols / group;
  const values = levels ?? Float32Array.from({ length: 2 ** bits }, (_, code) => code);
  const codes = unpack(input.codes, bits, rows * cols);
  const columnScaleRows = input.columnScaleRows ?? rows;
  for (let i = 0; i < rows; i++) {
    const column = Math.floor(i / columnScaleRows) * cols;
    for (let g = 0; g < groups; g++) {
      const s = scale[i * groups + g];
      const z = zero.length === 1 ? zero[0] : zero[i * groups + g];
      for (let j = g * group; j < (g + 1) * group; j++) {
        const y = f(f(values[codes[i * cols + j]] - z) * s);
        result[i * cols + j] = columnScale ? y * columnScale[column + j] : y;
      }
    }
  }
  return result;
}
