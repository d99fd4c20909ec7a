import { BenchError } from "@sinqbench/tensor";

/** A weight that is NaN or infinite: nothing sensible can be rounded or normalized around it. */
export function nonFiniteWeight(row: number, col: number, value: number): BenchError {
  return new BenchError(
    "non-finite-weight",
    `Weight at row ${row}, column ${col} is ${value}: quantization needs finite weights; repair or re-export the checkpoint.`,
  );
}

/** An argument that does not describe the arrays it comes with; `problem` says which and how. */
export function invalidKernelArgument(kernel: string, problem: string): BenchError {
  return new BenchError("invalid-kernel-argument", `${kernel}: ${problem}.`);
}

export function unsupportedBits(kernel: string, bits: number, least: number): BenchError {
  return new BenchError(
    "unsupported-bits",
    `${kernel}: ${bits} bits is not supported; choose a whole number from ${least} to 8.`,
  );
}

const FALLBACK = "The TypeScript reference kernels are in use: the same results, but tens of times slower.";

/** Said where no C++ compiler answers; `tried` are the commands. */
export function noCompilerNotice(tried: readonly string[]): string {
  return `${FALLBACK} No C++ compiler answered (${tried.join(", ")}): install g++ or clang++, or set CXX to one.`;
}

/** Said where the compiler rejected the kernels, now or in an earlier run that is remembered. */
export function buildFailedNotice(compiler: string, log: string): string {
  return `${FALLBACK} ${compiler} could not build the C++ kernels: see ${log}; delete that file to try again.`;
}

/** Said where the compiler could not be run to its end or the cache could not be written. */
export function buildBrokenNotice(reason: string): string {
  return `${FALLBACK} Building the C++ kernels broke off (${reason}): free the disk or set SINQBENCH_CACHE to a writable folder.`;
}

/** Said where a built library cannot be loaded or is not this version's. */
export function loadFailedNotice(library: string, reason: string): string {
  return `${FALLBACK} ${library} cannot be used (${reason}): delete it to build it again.`;
}

/** A kernel gave up for a reason that is not the caller's data. */
export function kernelFailed(kernel: string, status: number): BenchError {
  return status === 2
    ? new BenchError(
        "out-of-memory",
        `${kernel}: not enough memory for a working tile; use smaller tiles or fewer threads.`,
      )
    : new BenchError(
        "kernel-failed",
        `${kernel}: the C++ kernel returned status ${status}; report it with the shape used.`,
      );
}

export function invalidThreads(threads: number): BenchError {
  return new BenchError("invalid-threads", `${threads} threads is not a count: give a whole number from 1 to 1024.`);
}

/** Said where the GPU that is there cannot be used, for a reason of those below. */
export function cudaNotice(reason: string): string {
  return `A GPU is there, but the C++ kernels are in use. ${reason}`;
}

/** Said where no nvcc answers; `tried` are the commands. */
export function noNvccNotice(tried: readonly string[]): string {
  return `No nvcc answered (${tried.join(", ")}): install the CUDA toolkit, or set NVCC to one.`;
}

/** Said where nvcc rejected the kernels, now or in an earlier run that is remembered. */
export function cudaBuildFailedNotice(compiler: string, log: string): string {
  return `${compiler} could not build the CUDA kernels: see ${log}; delete that file to try again.`;
}

/** Said where nvcc could not be run to its end or the cache could not be written. */
export function cudaBuildBrokenNotice(reason: string): string {
  return `Building the CUDA kernels broke off (${reason}): free the disk or set SINQBENCH_CACHE to a writable folder.`;
}

/** Said where a built CUDA library cannot be loaded, is not this version's or finds no device. */
export function cudaLoadFailedNotice(library: string, reason: string): string {
  return `${library} cannot be used (${reason}): delete it to build it again.`;
}

/** CUDA kernels were asked for by name and there are none. */
export function noCuda(reason: string): BenchError {
  return new BenchError("no-cuda", `CUDA kernels are not to be had: ${reason} Or use --kernels cpu.`);
}

/** A call on the GPU failed; `reason` names the CUDA function and what it said. */
export function cudaFailed(kernel: string, reason: string): BenchError {
  const memory = /out of memory/.test(reason);
  const advice = memory
    ? "free the GPU's memory or use --kernels cpu"
    : "use --kernels cpu, and report it with the shape used";
  return new BenchError(memory ? "out-of-memory" : "cuda-failed", `${kernel} on the GPU: ${reason}; ${advice}.`);
}
