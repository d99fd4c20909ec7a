export { type BenchOptions, type BenchRow, benchKernels } from "./bench.ts";
export { type CudaStatus, inspectCuda } from "./cuda/inspect-cuda.ts";
export { measureScript as cudaMeasureScript } from "./cuda/measure-script.ts";
export { kernelThreads } from "./kernel-threads.ts";
export { type LoadKernelsOptions, loadKernels } from "./load-kernels.ts";
export { nonFiniteWeight } from "./messages.ts";
export { inspectNative, type NativeStatus } from "./native/build.ts";
export { packedBytes } from "./packed-bytes.ts";
export { referenceKernels } from "./reference/reference-kernels.ts";
export { copyRate, type ProductSetting, type ProductTimes, timeProducts } from "./time-products.ts";
export type {
  ClipOptions,
  DequantizeInput,
  ErrorNorm,
  GptqFactor,
  GptqRounding,
  HqqOptions,
  Kernels,
  Rounded,
  RoundOptions,
  RoundScheme,
  SinkhornOptions,
  SinkhornScales,
} from "./types.ts";
