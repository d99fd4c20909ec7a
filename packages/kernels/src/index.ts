export { packedBytes } from "./packed-bytes.ts";
export { referenceKernels } from "./reference/reference-kernels.ts";
export type {
  DequantizeInput,
  Kernels,
  Rounded,
  RoundOptions,
  RoundScheme,
  SinkhornOptions,
  SinkhornScales,
} from "./types.ts";
