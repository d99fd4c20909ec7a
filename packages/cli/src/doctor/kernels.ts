import { inspectNative, loadKernels } from "@sinqbench/kernels";
import type { Finding } from "./finding.ts";

/** The compiler, and which kernels compute; builds them if they were never built, as any command would. */
export function kernelFindings(): Finding[] {
  const kernels = loadKernels();
  const native = inspectNative();
  return [
    {
      subject: "Compiler",
      found: native.compiler ?? "none",
      ...(native.compiler === null && {
        advice: "install g++ or clang++ (or set CXX): compiled kernels are far faster",
      }),
    },
    {
      subject: "Kernels",
      found: kernels.description + (native.log === null ? "" : `; build log ${native.log}`),
      ...(kernels.notice !== undefined && native.compiler !== null && { advice: kernels.notice }),
    },
  ];
}
