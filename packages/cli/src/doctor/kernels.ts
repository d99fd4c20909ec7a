import { inspectCuda, inspectNative, loadKernels } from "@sinqbench/kernels";
import type { Finding } from "./finding.ts";

/** The compiler, and which kernels compute; builds them if they were never built, as any command would. */
export function kernelFindings(): Finding[] {
  const kernels = loadKernels();
  const native = inspectNative();
  const cuda = inspectCuda();
  return [
    {
      subject: "Compiler",
      found: native.compiler ?? "none",
      ...(native.compiler === null && {
        advice: "install g++ or clang++ (or set CXX): compiled kernels are far faster",
      }),
    },
    {
      subject: "GPU",
      found: `${cuda.gpus.reason ?? `${cuda.gpus.count} visible to CUDA`}; ${cuda.build.compiler ?? "no nvcc"}`,
      ...(cuda.gpus.reason === null && cuda.build.notice !== null && { advice: cuda.build.notice }),
    },
    {
      subject: "Kernels",
      found: kernels.description + (native.log === null ? "" : `; build log ${native.log}`),
      ...(kernels.notice !== undefined && native.compiler !== null && { advice: kernels.notice }),
    },
  ];
}
