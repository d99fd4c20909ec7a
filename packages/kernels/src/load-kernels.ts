import { kernelThreads } from "./kernel-threads.ts";
import { loadFailedNotice } from "./messages.ts";
import { buildNative } from "./native/build.ts";
import { openLibrary } from "./native/library.ts";
import { nativeKernels } from "./native/native-kernels.ts";
import { referenceKernels } from "./reference/reference-kernels.ts";
import type { Kernels } from "./types.ts";

export interface LoadKernelsOptions {
  /** "cpu" (the default) falls back to "reference" where it cannot be built. */
  readonly prefer?: Kernels["id"];
  /** Threads of one call; every available core if not given. Results are the same bits for any number. */
  readonly threads?: number;
  /** Environment that names the compiler and the cache; the process's own if not given. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The fastest kernels this machine can run: C++, built at first use (a few seconds) and cached, else the TypeScript reference
 * with a `notice` that says why and what to do. Call it on the main thread before any worker does: the library's thread
 * settings are read from the process's environment when it is loaded.
 */
export function loadKernels(options: LoadKernelsOptions = {}): Kernels & { readonly notice?: string } {
  const threads = kernelThreads(options.threads);
  if (options.prefer === "reference") return referenceKernels;
  const native = buildNative(options.env);
  if (!native.library) return withNotice(native.notice);
  try {
    return nativeKernels(openLibrary(native.library), native.compiler ?? "unknown compiler", threads);
  } catch (error) {
    return withNotice(loadFailedNotice(native.library, error instanceof Error ? error.message : String(error)));
  }
}

function withNotice(notice: string | null): Kernels & { readonly notice?: string } {
  return notice === null ? referenceKernels : { ...referenceKernels, notice };
}
