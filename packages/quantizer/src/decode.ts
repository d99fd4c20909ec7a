import type { Kernels } from "@sinqbench/kernels";
import { dequantizeFlat } from "./dequantize-flat.ts";
import { loadAux } from "./store-aux.ts";
import type { Encoded } from "./types.ts";

/**
 * Weights of a quantized matrix, float32 [rows, cols], row-major: ((level or code) - zero) * scale * columnScale, times the
 * inverse of the input transform.
 *
 * Needs nothing but the encoding, whichever method made it.
 *
 * @param out rows * cols values to write into and return; a new array by default
 */
export function decode(encoded: Encoded, kernels: Kernels, out?: Float32Array): Float32Array {
  const { rows, cols, columnOrder, grouping, inputTransform } = encoded;
  const target = columnOrder ? undefined : out;
  const decoded =
    grouping === "flat" ? dequantizeFlat(encoded, kernels, target) : dequantizeRows(encoded, kernels, target);
  const placed = columnOrder ? inOwnOrder(decoded, columnOrder, out ?? new Float32Array(rows * cols)) : decoded;
  return inputTransform ? kernels.hadamard(placed, rows, cols, inputTransform.block, placed) : placed;
}

function dequantizeRows(encoded: Encoded, kernels: Kernels, out: Float32Array | undefined): Float32Array {
  const { rows, cols, bits, group, codes, levels, columnScale, columnScaleRows } = encoded;
  return kernels.dequantize(
    {
      rows,
      cols,
      bits,
      group,
      codes,
      scale: loadAux(encoded.scale),
      zero: loadAux(encoded.zero),
      ...(levels && { levels }),
      ...(columnScale && { columnScale: loadAux(columnScale) }),
      ...(columnScaleRows !== undefined && { columnScaleRows }),
    },
    out,
  );
}

function inOwnOrder(stored: Float32Array, order: Int32Array, out: Float32Array): Float32Array {
  const cols = order.length;
  for (let row = 0; row < stored.length; row += cols) {
    for (let j = 0; j < cols; j++) out[row + order[j]] = stored[row + j];
  }
  return out;
}
