import { buildBrokenNotice, buildFailedNotice, noCompilerNotice } from "../messages.ts";
import { compilerCandidates, compilerName, findCompiler } from "./compiler.ts";
import { cpuFeatures } from "./cpu-features.ts";
import { flagVariants } from "./flags.ts";
import { libraryKey } from "./library-key.ts";
import type { Recipe } from "./recipe.ts";
import { includeDir, kernelSources } from "./sources.ts";

/** The C++ kernels, built by the system's compiler for its processor. */
export function cpuRecipe(env: NodeJS.ProcessEnv): Recipe {
  const candidates = compilerCandidates(env);
  const sources = kernelSources();
  return {
    name: "kernels",
    compiler: findCompiler(candidates, env),
    compilerName,
    flagVariants,
    inputs: [`-I${includeDir}`, ...sources.map(({ path }) => path).filter((path) => path.endsWith(".cpp"))],
    key: (compiler) => libraryKey(compiler, sources, flagVariants, cpuFeatures()),
    notices: {
      noCompiler: noCompilerNotice(candidates),
      failed: buildFailedNotice,
      broken: buildBrokenNotice,
    },
  };
}
