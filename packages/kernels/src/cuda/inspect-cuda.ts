import { inspectLibrary, type NativeStatus } from "../native/build.ts";
import { cudaRecipe } from "./cuda-recipe.ts";
import { type VisibleGpus, visibleGpus } from "./visible-gpus.ts";

/** What this machine has for the CUDA kernels. */
export interface CudaStatus {
  readonly gpus: VisibleGpus;
  /** nvcc and the library. */
  readonly build: NativeStatus;
}

/** Looks for GPUs, nvcc and the built library; builds nothing. */
export function inspectCuda(env: NodeJS.ProcessEnv = process.env): CudaStatus {
  return { gpus: visibleGpus(), build: inspectLibrary(cudaRecipe(env), env) };
}
