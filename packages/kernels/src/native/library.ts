import koffi from "koffi";

/** Value of KERNELS_ABI in include/kernels.h. */
const ABI = 5;

const OPTIONS =
  "int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols, int32_t iterations, float step_min, float step_max";

/** The functions of include/kernels.h. Every array is passed as the memory of a typed array, never copied. */
const prototypes = {
  kernels_abi: "int32_t kernels_abi()",
  kernels_instruction_set: "const char *kernels_instruction_set()",
  kernels_threaded: "int32_t kernels_threaded()",
  kernels_sinkhorn: `int32_t kernels_sinkhorn(void *weight, ${OPTIONS}, int32_t early_stop, void *row_scale, void *column_scale, void *bad_index, int32_t threads)`,
  kernels_round:
    "int32_t kernels_round(void *weight, int64_t rows, int64_t cols, int32_t scheme, int32_t bits, int64_t group, void *thresholds, int32_t threshold_count, double zero_limit, void *row_scale, void *column_scale, int64_t tile_rows, int64_t tile_cols, void *codes, void *scale, void *zero, void *bad_index, int32_t threads)",
  kernels_hqq:
    "int32_t kernels_hqq(void *weight, int64_t rows, int64_t cols, int32_t bits, int64_t group, int32_t iterations, float exponent, float inverse_beta, float shrink_from, int32_t round_zero, double zero_limit, int64_t error_rows, void *row_scale, void *column_scale, int64_t tile_rows, int64_t tile_cols, void *codes, void *scale, void *zero, void *bad_index, int32_t threads)",
  kernels_dequantize:
    "int32_t kernels_dequantize(void *codes, int64_t rows, int64_t cols, int32_t bits, int64_t group, void *scale, void *zero, int64_t zero_count, void *levels, int32_t level_count, void *column_scale, int64_t column_scale_rows, void *out, int32_t threads)",
  kernels_product:
    "int32_t kernels_product(void *x, int64_t tokens, void *codes, int64_t rows, int64_t cols, int32_t bits, int64_t group, void *scale, void *zero, int64_t zero_count, void *levels, int32_t level_count, void *input_scale, void *y, int32_t threads)",
  kernels_hadamard:
    "int32_t kernels_hadamard(void *x, int64_t rows, int64_t cols, int64_t block, void *out, int32_t threads)",
  kernels_output_error:
    "int32_t kernels_output_error(void *x, int64_t tokens, void *weight, void *approximation, int64_t outputs, int64_t cols, int32_t squares, void *mean, int32_t threads)",
  kernels_rounded_error:
    "int32_t kernels_rounded_error(void *x, int64_t tokens, void *weight, int64_t outputs, int64_t cols, int32_t scheme, int32_t bits, int64_t group, void *levels, void *thresholds, int32_t threshold_count, double zero_limit, void *row_scale, void *column_scale, int64_t tile_rows, int64_t tile_cols, int32_t squares, void *mean, void *bad_index, int32_t threads)",
  kernels_clip_search:
    "int32_t kernels_clip_search(void *x, int64_t tokens, void *weight, int64_t outputs, int64_t cols, int32_t bits, int64_t group, int32_t steps, int32_t candidates, void *limits, void *bad_index, int32_t threads)",
  kernels_inverse_cholesky: "int32_t kernels_inverse_cholesky(void *h, int64_t n, void *definite, int32_t threads)",
  kernels_gptq:
    "int32_t kernels_gptq(void *weight, int64_t rows, int64_t cols, void *order, void *unused, void *upper, int32_t bits, int64_t group, int64_t block, void *codes, void *scale, void *zero, void *bad_index, int32_t threads)",
  kernels_pack: "int32_t kernels_pack(void *codes, int64_t count, int32_t bits, void *packed, int32_t threads)",
  kernels_unpack: "int32_t kernels_unpack(void *packed, int64_t count, int32_t bits, void *codes, int32_t threads)",
  kernels_copy: "int32_t kernels_copy(void *from, void *to, int64_t count, int32_t threads)",
} as const;

type Argument = number | Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array | null;

export interface NativeLibrary {
  readonly instructionSet: string;
  readonly threaded: boolean;
  /** Calls a kernel by its name in include/kernels.h; returns its KernelStatus. */
  call(name: KernelName, ...args: Argument[]): number;
}

type KernelName = Exclude<keyof typeof prototypes, "kernels_abi" | "kernels_instruction_set" | "kernels_threaded">;

/** Declaration of a function, for another library that has it too. */
export function prototypeOf(name: KernelName): string {
  return prototypes[name];
}

const loaded = new Map<string, NativeLibrary>();

/** Loads a built library, once per process. Throws where it cannot be loaded or has another ABI. */
export function openLibrary(path: string): NativeLibrary {
  const known = loaded.get(path);
  if (known) return known;
  // libgomp reads this once, when it is loaded: threads that spin between calls would starve the inference runtime's.
  process.env.OMP_WAIT_POLICY ??= "passive";
  const handle = koffi.load(path);
  const functions = Object.fromEntries(Object.entries(prototypes).map(([name, text]) => [name, handle.func(text)]));
  const abi = functions.kernels_abi();
  if (abi !== ABI) throw new Error(`it has ABI ${abi}, this program needs ${ABI}`);
  const library: NativeLibrary = {
    instructionSet: functions.kernels_instruction_set(),
    threaded: functions.kernels_threaded() === 1,
    call: (name, ...args) => functions[name](...args),
  };
  loaded.set(path, library);
  return library;
}
