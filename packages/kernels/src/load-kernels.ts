import { cudaKernels } from "./cuda/cuda-kernels.ts";
import { openCudaLibrary } from "./cuda/cuda-library.ts";
import { cudaRecipe } from "./cuda/cuda-recipe.ts";
import { visibleGpus } from "./cuda/visible-gpus.ts";
import { kernelThreads } from "./kernel-threads.ts";
import { cudaLoadFailedNotice, cudaNotice, loadFailedNotice, noCuda } from "./messages.ts";
import { buildLibrary, buildNative } from "./native/build.ts";
import { openLibrary } from "./native/library.ts";
import { nativeKernels } from "./native/native-kernels.ts";
import { referenceKernels } from "./reference/reference-kernels.ts";
import type { Kernels } from "./types.ts";

/** Which kernels to load, and how they run. */
export interface LoadKernelsOptions {
  /** Kernels to use rather than the fastest there are; "cpu" falls back to "reference" where it cannot be built. */
  readonly prefer?: Kernels["id"];
  /** Threads of one call; every available core if not given. Results are the same bits for any number. */
  readonly threads?: number;
  /** Environment that names the compiler and the cache; the process's own if not given. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Kernels with, where they are not the fastest kind that the machine should have, why and what to do. */
export type LoadedKernels = Kernels & { readonly notice?: string };

/**
 * The fastest kernels this machine can run: CUDA where the driver shows a GPU, else C++, either built at first use and cached, else
 * the TypeScript reference. Call it on the main thread before any worker does: the libraries' thread settings are read from
 * the process's environment when they are loaded.
 *
 * @throws BenchError `no-cuda` where `prefer` is "cuda" and there is no GPU or no library for it
 */
export function loadKernels(options: LoadKernelsOptions = {}): LoadedKernels {
  const threads = kernelThreads(options.threads);
  if (options.prefer === "reference") return referenceKernels;
  const cpu = loadCpuKernels(options.env, threads);
  if (options.prefer === "cpu") return cpu;
  const gpus = visibleGpus();
  if (gpus.reason !== null) {
    if (options.prefer === "cuda") throw noCuda(`${gpus.reason}.`);
    return cpu;
  }
  const cuda = loadCudaKernels(options.env ?? process.env, cpu);
  if (typeof cuda !== "string") return cuda;
  if (options.prefer === "cuda") throw noCuda(cuda);
  return { ...cpu, notice: cudaNotice(cuda) };
}

function loadCpuKernels(env: NodeJS.ProcessEnv | undefined, threads: number): LoadedKernels {
  const native = buildNative(env);
  if (!native.library) return withNotice(native.notice);
  try {
    return nativeKernels(openLibrary(native.library), native.compiler ?? "unknown compiler", threads);
  } catch (error) {
    return withNotice(loadFailedNotice(native.library, reasonOf(error)));
  }
}

/** The kernels, or why there are none. */
function loadCudaKernels(env: NodeJS.ProcessEnv, others: LoadedKernels): LoadedKernels | string {
  const build = buildLibrary(cudaRecipe(env), env);
  if (!build.library) return build.notice ?? "The CUDA kernels were not built.";
  try {
    return cudaKernels(openCudaLibrary(build.library), build.compiler ?? "unknown compiler", others);
  } catch (error) {
    return cudaLoadFailedNotice(build.library, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withNotice(notice: string | null): LoadedKernels {
  return notice === null ? referenceKernels : { ...referenceKernels, notice };
}
