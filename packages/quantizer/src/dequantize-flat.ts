import type { Kernels } from "@sinqbench/kernels";
import { flatParts } from "./flat-parts.ts";
import { loadAux } from "./store-aux.ts";
import type { Encoded } from "./types.ts";

/** Weights of an encoding whose groups run on across rows, float32 [rows, cols]. */
export function dequantizeFlat(encoded: Encoded, kernels: Kernels, out?: Float32Array): Float32Array {
  const { rows, cols, bits, group, codes, levels } = encoded;
  const result = out ?? new Float32Array(rows * cols);
  const scale = loadAux(encoded.scale);
  const zero = loadAux(encoded.zero);
  for (const part of flatParts(rows * cols, group, bits)) {
    const input = {
      ...{ rows: part.rows, cols: part.cols, bits, group: part.cols },
      codes: codes.subarray(...part.bytes),
      scale: scale.subarray(...part.groups),
      zero: zero.length === 1 ? zero : zero.subarray(...part.groups),
      ...(levels && { levels }),
    };
    kernels.dequantize(input, result.subarray(...part.weights));
  }
  return result;
}
