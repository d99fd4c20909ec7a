import { codebookThresholds } from "../codebook-thresholds.ts";
import { packedBytes } from "../packed-bytes.ts";
import { clipCandidates } from "../reference/clip-search.ts";
import { hasGroupZeros } from "../reference/group-rules.ts";
import { shrinkFrom } from "../shrink-from.ts";
import { sinkhornThenRound } from "../sinkhorn-then-round.ts";
import type { Kernels, RoundOptions } from "../types.ts";
import {
  checkBits,
  checkClipSearch,
  checkDequantize,
  checkGptq,
  checkHadamard,
  checkHqq,
  checkInverseCholesky,
  checkOutputError,
  checkProduct,
  checkRound,
  checkRoundedError,
  checkSinkhorn,
  checkUnpack,
} from "../validate.ts";
import { checkStatus, checkWeightStatus, SCHEMES } from "./abi.ts";
import type { NativeLibrary } from "./library.ts";

/** The C++ kernels of a loaded library. */
export function nativeKernels(library: NativeLibrary, compiler: string, threads: number): Kernels {
  const used = library.threaded ? threads : 1;

  /** Calls a kernel whose arguments end in the index of a bad weight and the number of threads. */
  const callChecked = (
    name: "sinkhorn" | "round" | "hqq" | "rounded_error" | "clip_search" | "gptq",
    weight: Float32Array,
    cols: number,
    args: CallArguments,
  ) => {
    const bad = new BigInt64Array(1);
    checkWeightStatus(name, library.call(`kernels_${name}`, ...args, bad, used), weight, cols, bad);
  };

  const call = (
    name: "dequantize" | "product" | "hadamard" | "output_error" | "inverse_cholesky" | "pack" | "unpack",
    ...args: CallArguments
  ) => {
    checkStatus(name, library.call(`kernels_${name}`, ...args, used));
  };

  const kernels: Omit<Kernels, "sinkhornRound"> = {
    id: "cpu",
    description: `C++ kernels (${compiler}, ${library.instructionSet}), ${used} thread${used === 1 ? "" : "s"}`,
    sinkhorn(weight, rows, cols, options) {
      checkSinkhorn(weight, rows, cols, options);
      const { tileRows, tileCols, iterations, stepMin, stepMax, earlyStop } = options;
      const rowScale = new Float32Array((rows * cols) / tileCols);
      const columnScale = new Float32Array(Math.ceil(rows / tileRows) * cols);
      const settings = [rows, cols, tileRows, tileCols, iterations, stepMin, stepMax, earlyStop ? 1 : 0];
      callChecked("sinkhorn", weight, cols, [weight, ...settings, rowScale, columnScale]);
      return { rowScale, columnScale };
    },
    round(weight, rows, cols, options) {
      checkRound(weight, rows, cols, options);
      const { scheme, bits, group, levels, normalize, zeroLimit } = options;
      const codes = new Uint8Array(packedBytes(rows * cols, bits));
      const scale = new Float32Array((rows * cols) / group);
      const zero = hasGroupZeros(scheme) ? new Float32Array(scale.length) : null;
      const thresholds = levels ? codebookThresholds(levels) : null;
      callChecked("round", weight, cols, [
        ...[weight, rows, cols, SCHEMES[scheme], bits, group],
        ...[thresholds, thresholds?.length ?? 0, zeroLimit],
        ...normalization(normalize),
        ...[codes, scale, zero],
      ]);
      return { codes, scale, zero };
    },
    hqq(weight, rows, cols, options) {
      checkHqq(weight, rows, cols, options);
      const { bits, group, iterations, lpNorm, beta, roundZero, keep, tileRows, zeroLimit } = options;
      const codes = new Uint8Array(packedBytes(rows * cols, bits));
      const scale = new Float32Array((rows * cols) / group);
      const zero = new Float32Array(scale.length);
      callChecked("hqq", weight, cols, [
        ...[weight, rows, cols, bits, group, iterations],
        ...[lpNorm - 1, 1 / beta, shrinkFrom(options), roundZero ? 1 : 0, zeroLimit],
        ...[keep === "best" ? tileRows : 0],
        ...normalization(options.normalize),
        ...[codes, scale, zero],
      ]);
      return { codes, scale, zero };
    },
    dequantize(input, out) {
      checkDequantize(input, out);
      const { rows, cols, bits, group, codes, scale, zero, levels, columnScale } = input;
      const result = out ?? new Float32Array(rows * cols);
      const codebook = [levels ?? null, levels?.length ?? 0];
      const columns = [columnScale ?? null, input.columnScaleRows ?? rows];
      call("dequantize", codes, rows, cols, bits, group, scale, zero, zero.length, ...codebook, ...columns, result);
      return result;
    },
    product(x, tokens, weight) {
      checkProduct(x, tokens, weight);
      const { rows, cols, bits, group, codes, scale, zero, levels, columnScale } = weight;
      const y = new Float32Array(tokens * rows);
      const codebook = [levels ?? null, levels?.length ?? 0];
      const stored = [codes, rows, cols, bits, group, scale, zero, zero.length, ...codebook, columnScale ?? null];
      call("product", x, tokens, ...stored, y);
      return y;
    },
    hadamard(x, rows, cols, block, out) {
      checkHadamard(x.length, rows, cols, block, out);
      const result = out ?? new Float32Array(x.length);
      call("hadamard", x, rows, cols, block, result);
      return result;
    },
    outputError(x, tokens, weight, approximation, outputs, cols, norm) {
      checkOutputError(x, tokens, weight, approximation, outputs, cols);
      const mean = new Float64Array(1);
      call("output_error", x, tokens, weight, approximation, outputs, cols, norm === "l2" ? 1 : 0, mean);
      return mean[0];
    },
    roundedError(x, tokens, weight, outputs, cols, options, norm) {
      checkRoundedError(x, tokens, weight, outputs, cols, options);
      const { scheme, bits, group, levels, normalize, zeroLimit } = options;
      const thresholds = levels ? codebookThresholds(levels) : null;
      const mean = new Float64Array(1);
      callChecked("rounded_error", weight, cols, [
        ...[x, tokens, weight, outputs, cols, SCHEMES[scheme], bits, group],
        ...[levels ?? null, thresholds, thresholds?.length ?? 0, zeroLimit],
        ...normalization(normalize),
        ...[norm === "l2" ? 1 : 0, mean],
      ]);
      return mean[0];
    },
    clipSearch(x, tokens, weight, outputs, cols, options) {
      checkClipSearch(x, tokens, weight, outputs, cols, options);
      const { bits, group, steps } = options;
      const limits = new Float32Array((outputs * cols) / group);
      const search = [bits, group, steps, clipCandidates(options)];
      callChecked("clip_search", weight, cols, [x, tokens, weight, outputs, cols, ...search, limits]);
      return limits;
    },
    inverseCholesky(h, n) {
      checkInverseCholesky(h, n);
      const definite = new Int32Array(1);
      call("inverse_cholesky", h, n, definite);
      return definite[0] === 1;
    },
    gptq(weight, rows, cols, factor, options) {
      checkGptq(weight, rows, cols, factor, options);
      const { bits, group, block } = options;
      const codes = new Uint8Array(packedBytes(rows * cols, bits));
      const scale = new Float32Array((rows * cols) / group);
      const zero = new Float32Array(scale.length);
      callChecked("gptq", weight, cols, [
        ...[weight, rows, cols, factor.order, factor.unused, factor.upper],
        ...[bits, group, block, codes, scale, zero],
      ]);
      return { codes, scale, zero };
    },
    pack(codes, bits) {
      checkBits("pack", bits);
      const packed = new Uint8Array(packedBytes(codes.length, bits));
      call("pack", codes, codes.length, bits, packed);
      return packed;
    },
    unpack(packed, bits, count) {
      checkUnpack(packed, bits, count);
      const codes = new Uint8Array(count);
      call("unpack", packed, count, bits, codes);
      return codes;
    },
  };
  return { ...kernels, sinkhornRound: sinkhornThenRound(kernels) };
}

function normalization(normalize: RoundOptions["normalize"]): CallArguments {
  if (!normalize) return [null, null, 0, 0];
  return [normalize.rowScale, normalize.columnScale, normalize.tileRows, normalize.tileCols];
}

type CallArguments = (number | Float32Array | Float64Array | Int32Array | Uint8Array | null)[];
