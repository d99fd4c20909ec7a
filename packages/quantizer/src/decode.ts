import type { Kernels } from "@sinqbench/kernels";
import { loadAux } from "./store-aux.ts";
import type { Encoded } from "./types.ts";

/**
 * Weights of a quantized matrix, float32 [rows, cols], row-major: ((level or code) - zero) * scale * columnScale.
 *
 * Needs nothing but the encoding, whichever method made it.
 *
 * @param out rows * cols values to write into and return; a new array by default
 */
export function decode(encoded: Encoded, kernels: Kernels, out?: Float32Array): Float32Array {
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
