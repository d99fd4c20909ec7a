import type { Aux, Encoded } from "./types.ts";

/**
 * Bytes of everything that decoding a matrix reads: packed codes, scales, zeros, second scales, codebook, column order, 8-bit
 * ranges.
 */
export function storedBytes({ codes, levels, scale, zero, columnScale, columnOrder }: Encoded): number {
  const auxiliary = auxBytes(scale) + auxBytes(zero) + (columnScale ? auxBytes(columnScale) : 0);
  return codes.byteLength + (levels?.byteLength ?? 0) + (columnOrder?.byteLength ?? 0) + auxiliary;
}

/** Stored bits, auxiliary values and padding included, per weight of the matrix. */
export function bitsPerWeight(encoded: Encoded): number {
  return (8 * storedBytes(encoded)) / (encoded.rows * encoded.cols);
}

function auxBytes(aux: Aux): number {
  if (aux.dtype === "dynamic8") {
    return aux.data.byteLength + aux.levels.byteLength + aux.blockMax.byteLength + aux.offset.byteLength;
  }
  if (aux.dtype !== "u8") return aux.data.byteLength;
  return aux.codes.byteLength + aux.min.byteLength + aux.step.byteLength;
}
