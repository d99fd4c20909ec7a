import { checkStatus } from "../native/abi.ts";
import { nativeKernels } from "../native/native-kernels.ts";
import type { DequantizeInput, Kernels } from "../types.ts";
import { checkProduct } from "../validate.ts";
import { type CudaLibrary, F32 } from "./cuda-library.ts";
import { sinkhornRound } from "./sinkhorn-round.ts";

/** Kernels on the GPU; what the CUDA library does not have, or would only send to and fro, stays with `others`. */
export function cudaKernels(library: CudaLibrary, compiler: string, others: Kernels): Kernels {
  const gpu = nativeKernels(library.shared, compiler, 1);
  return {
    ...others,
    id: "cuda",
    description: `CUDA kernels (${compiler}) on ${library.device}; else ${others.description}`,
    sinkhorn: gpu.sinkhorn,
    round: gpu.round,
    sinkhornRound: sinkhornRound(library),
    hqq: gpu.hqq,
    dequantize: gpu.dequantize,
    hadamard: gpu.hadamard,
    outputError: gpu.outputError,
    roundedError: gpu.roundedError,
    product(x, tokens, weight) {
      checkProduct(x, tokens, weight);
      const { rows, cols, group, codes, scale, zero, columnScale } = weight;
      if (!hasProduct(weight, tokens)) return others.product(x, tokens, weight);
      const y = new Float32Array(tokens * rows);
      const scales = [scale, zero, columnScale ?? null];
      const status = library.call("kernels_cuda_product", codes, rows, cols, group, ...scales, x, F32, tokens, y);
      checkStatus("product", status);
      return y;
    },
  };
}

/** The CUDA kernels count elements in 32 bits. */
const MOST = 2 ** 31 - 1;

/** Whether the CUDA library has a product for a matrix stored like this. */
function hasProduct({ rows, cols, bits, group, zero, scale, levels }: DequantizeInput, tokens: number): boolean {
  const counted = rows * cols <= MOST && tokens * rows <= MOST;
  return bits === 4 && group % 8 === 0 && !levels && zero.length === scale.length && counted;
}
