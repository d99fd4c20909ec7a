import { codebookThresholds } from "../codebook-thresholds.ts";
import { checkWeightStatus, SCHEMES } from "../native/abi.ts";
import { packedBytes } from "../packed-bytes.ts";
import { hasGroupZeros } from "../reference/group-rules.ts";
import type { Kernels } from "../types.ts";
import { checkRound, checkSinkhorn } from "../validate.ts";
import { type CudaLibrary, F32 } from "./cuda-library.ts";

/** Normalization and rounding in one pass over the bus. */
export function sinkhornRound(library: CudaLibrary): Kernels["sinkhornRound"] {
  return (weight, rows, cols, options, rounding) => {
    checkSinkhorn(weight, rows, cols, options);
    const { tileRows, tileCols, iterations, stepMin, stepMax, earlyStop } = options;
    const rowScale = new Float32Array((rows * cols) / tileCols);
    const columnScale = new Float32Array(Math.ceil(rows / tileRows) * cols);
    const normalize = { rowScale, columnScale, tileRows, tileCols };
    checkRound(weight, rows, cols, { ...rounding, normalize });
    const { scheme, bits, group, levels, zeroLimit } = rounding;
    const codes = new Uint8Array(packedBytes(rows * cols, bits));
    const scale = new Float32Array((rows * cols) / group);
    const zero = hasGroupZeros(scheme) ? new Float32Array(scale.length) : null;
    const thresholds = levels ? codebookThresholds(levels) : null;
    const bad = new BigInt64Array(1);
    const status = library.call(
      "kernels_cuda_sinkhorn_round",
      ...[weight, F32, rows, cols, tileRows, tileCols, iterations, stepMin, stepMax, earlyStop ? 1 : 0],
      ...[SCHEMES[scheme], bits, group, thresholds, thresholds?.length ?? 0, zeroLimit],
      ...[rowScale, columnScale, codes, scale, zero, bad],
    );
    checkWeightStatus("sinkhorn_round", status, weight, cols, bad);
    return { rowScale, columnScale, codes, scale, zero };
  };
}
