import { nativeKernels } from "../native/native-kernels.ts";
import type { Kernels } from "../types.ts";
import type { CudaLibrary } from "./cuda-library.ts";

/** Kernels on the GPU; what the CUDA library does not have, or would only send to and fro, stays with `others`. */
export function cudaKernels(library: CudaLibrary, compiler: string, others: Kernels): Kernels {
  const gpu = nativeKernels(library.shared, compiler, 1);
  return {
    ...others,
    id: "cuda",
    description: `CUDA kernels (${compiler}) on ${library.device}; else ${others.description}`,
    sinkhorn: gpu.sinkhorn,
    round: gpu.round,
    hqq: gpu.hqq,
    dequantize: gpu.dequantize,
    hadamard: gpu.hadamard,
    outputError: gpu.outputError,
    roundedError: gpu.roundedError,
  };
}
