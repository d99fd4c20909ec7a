import koffi from "koffi";
import { cudaFailed } from "../messages.ts";
import { type NativeLibrary, prototypeOf } from "../native/library.ts";

/** KernelType of cuda/kernels_cuda.h. */
export const F32 = 0;
/** Value of KERNELS_CUDA_ABI in cuda/kernels_cuda.h. */
const ABI = 1;

/** Statuses whose reason the library has in words: KERNELS_OUT_OF_MEMORY and KERNELS_DEVICE_FAILED. */
const EXPLAINED = new Set([2, 16]);

/** What the CUDA library has of include/kernels.h. */
const SHARED = [
  "kernels_sinkhorn",
  "kernels_round",
  "kernels_hqq",
  "kernels_dequantize",
  "kernels_hadamard",
  "kernels_output_error",
  "kernels_rounded_error",
] as const;

const TILES = "int64_t tile_rows, int64_t tile_cols";
const SINKHORN = `void *weight, int32_t type, int64_t rows, int64_t cols, ${TILES}, int32_t iterations, float step_min, float step_max, int32_t early_stop`;

/** The functions of cuda/kernels_cuda.h. */
const prototypes = {
  kernels_cuda_abi: "int32_t kernels_cuda_abi()",
  kernels_cuda_error: "const char *kernels_cuda_error()",
  kernels_cuda_device: "const char *kernels_cuda_device()",
  kernels_cuda_settings: "void kernels_cuda_settings(int32_t version, int64_t piece, int32_t poison)",
  kernels_cuda_sinkhorn: `int32_t kernels_cuda_sinkhorn(${SINKHORN}, void *row_scale, void *column_scale, void *bad_index)`,
  kernels_cuda_round: `int32_t kernels_cuda_round(void *weight, int32_t type, int64_t rows, int64_t cols, int32_t scheme, int32_t bits, int64_t group, void *thresholds, int32_t threshold_count, double zero_limit, void *row_scale, void *column_scale, ${TILES}, void *codes, void *scale, void *zero, void *bad_index)`,
  kernels_cuda_hqq: `int32_t kernels_cuda_hqq(void *weight, int32_t type, int64_t rows, int64_t cols, int32_t bits, int64_t group, int32_t iterations, float exponent, float inverse_beta, float shrink_from, int32_t round_zero, double zero_limit, int64_t error_rows, void *row_scale, void *column_scale, ${TILES}, void *codes, void *scale, void *zero, void *bad_index)`,
  kernels_cuda_sinkhorn_round: `int32_t kernels_cuda_sinkhorn_round(${SINKHORN}, int32_t scheme, int32_t bits, int64_t group, void *thresholds, int32_t threshold_count, double zero_limit, void *row_scale, void *column_scale, void *codes, void *scale, void *zero, void *bad_index)`,
  kernels_cuda_product:
    "int32_t kernels_cuda_product(void *codes, int64_t rows, int64_t cols, int64_t group, void *scale, void *zero, void *input_scale, void *x, int32_t type, int64_t tokens, void *y)",
  kernels_cuda_bench:
    "int32_t kernels_cuda_bench(int32_t step, int64_t rows, int64_t cols, int32_t type, int64_t parameter, int32_t repeats, void *milliseconds, void *bytes)",
} as const;

/** Settings of tests and benchmarks; see cuda/kernels_cuda.h. */
export interface CudaSettings {
  readonly version: number;
  readonly piece: number;
  readonly poison: boolean;
}

type OwnKernel =
  | "kernels_cuda_sinkhorn"
  | "kernels_cuda_round"
  | "kernels_cuda_hqq"
  | "kernels_cuda_sinkhorn_round"
  | "kernels_cuda_product"
  | "kernels_cuda_bench";

export interface CudaLibrary {
  /** "NVIDIA H100, 132 multiprocessors, sm_90" */
  readonly device: string;
  /** The functions that it has of include/kernels.h; the others are not to be called. */
  readonly shared: NativeLibrary;
  /** A kernel of cuda/kernels_cuda.h; the status, of which those with a reason are thrown. */
  call(name: OwnKernel, ...args: unknown[]): number;
  settings(settings: CudaSettings): void;
}

const loaded = new Map<string, CudaLibrary>();

/** Loads a built library, once per process. Throws where it cannot be loaded, has another ABI or finds no device. */
export function openCudaLibrary(path: string): CudaLibrary {
  const known = loaded.get(path);
  if (known) return known;
  process.env.OMP_WAIT_POLICY ??= "passive";
  const handle = koffi.load(path);
  const functions = Object.fromEntries(
    [...Object.entries(prototypes), ...SHARED.map((name) => [name, prototypeOf(name)] as const)].map(([name, text]) => [
      name,
      handle.func(text),
    ]),
  );
  const abi = functions.kernels_cuda_abi();
  if (abi !== ABI) throw new Error(`it has ABI ${abi}, this program needs ${ABI}`);
  const device: string | null = functions.kernels_cuda_device();
  if (device === null) throw new Error(functions.kernels_cuda_error());
  const call = (name: string, ...args: unknown[]): number => {
    const status = functions[name](...args);
    if (EXPLAINED.has(status)) throw cudaFailed(name.replace(/^kernels_(cuda_)?/, ""), functions.kernels_cuda_error());
    return status;
  };
  const library: CudaLibrary = {
    device,
    shared: { instructionSet: "CUDA", threaded: false, call },
    call,
    settings: ({ version, piece, poison }) => functions.kernels_cuda_settings(version, piece, poison ? 1 : 0),
  };
  loaded.set(path, library);
  return library;
}
