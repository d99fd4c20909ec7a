import { join } from "node:path";
import { cudaBuildBrokenNotice, cudaBuildFailedNotice, noNvccNotice } from "../messages.ts";
import { type Compiler, findCompiler } from "../native/compiler.ts";
import { libraryKey } from "../native/library-key.ts";
import type { Recipe } from "../native/recipe.ts";
import { cudaSources } from "../native/sources.ts";

/**
 * Flags of every build. --fmad=false forbids fused multiply-adds that the source does not spell out, so that results are the
 * bits of the other implementations.
 */
const BASE = ["-std=c++17", "-O3", "--fmad=false", "-shared", "-Xcompiler", "-fPIC,-fvisibility=hidden,-Wall,-Wextra"];

/** Machine code of A100's and H100's generations, and PTX that the driver translates for newer ones. */
const ARCHITECTURES = [
  "-gencode=arch=compute_80,code=sm_80",
  "-gencode=arch=compute_90,code=[sm_90,compute_90]",
  "--threads=0",
];

/** Tried in order: without OpenMP, copies to pinned memory run on one thread. */
const flagVariants = [
  [...BASE, ...ARCHITECTURES, "-Xcompiler", "-fopenmp"],
  [...BASE, ...ARCHITECTURES],
];

/** Commands that are tried, in order: $NVCC alone where it is set. */
function nvccCandidates(env: NodeJS.ProcessEnv): string[] {
  if (env.NVCC?.trim()) return [env.NVCC.trim()];
  return [
    "nvcc",
    ...[env.CUDA_HOME, "/usr/local/cuda"].filter((home) => home).map((home) => join(`${home}`, "bin/nvcc")),
  ];
}

/** The CUDA kernels, built by nvcc. */
export function cudaRecipe(env: NodeJS.ProcessEnv): Recipe {
  const candidates = nvccCandidates(env);
  const sources = cudaSources();
  return {
    name: "kernels-cuda",
    compiler: findCompiler(candidates, env),
    compilerName: nvccName,
    flagVariants,
    inputs: sources.map(({ path }) => path).filter((path) => path.endsWith(".cu")),
    key: (compiler) => libraryKey(compiler, sources, flagVariants, "cuda"),
    notices: {
      noCompiler: noNvccNotice(candidates),
      failed: cudaBuildFailedNotice,
      broken: cudaBuildBrokenNotice,
    },
  };
}

/** "nvcc 13.0, V13.0.88" of the line that says the release; the first line only names NVIDIA. */
function nvccName({ version }: Compiler): string {
  const release = /release (.+)/.exec(version)?.[1];
  return release ? `nvcc ${release}` : version.split("\n")[0];
}
