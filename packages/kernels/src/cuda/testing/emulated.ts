import koffi from "koffi";
import { buildLibrary } from "../../native/build.ts";
import { type Compiler, compilerCandidates, compilerName, findCompiler } from "../../native/compiler.ts";
import { libraryKey } from "../../native/library-key.ts";
import type { Recipe } from "../../native/recipe.ts";
import { cudaSources, emulationSources } from "../../native/sources.ts";
import { type CudaLibrary, openCudaLibrary } from "../cuda-library.ts";

const BASE = [
  ...["-x", "c++", "-std=c++17", "-O1", "-ffp-contract=off", "-fPIC", "-shared", "-fvisibility=hidden"],
  ...["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"],
];

/** The CUDA kernels compiled for the processor, with cuda/emulate in the place of a GPU; for tests. */
export function emulationRecipe(env: NodeJS.ProcessEnv, sanitize = false): Recipe {
  const candidates = compilerCandidates(env);
  const sources = [...cudaSources(), ...emulationSources()];
  const checks = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];
  const flagVariants = [[...BASE, ...(sanitize ? checks : [])]];
  const failed =
    (what: string) =>
    (_: string, log = "") =>
      `The emulation of the CUDA kernels ${what}: see ${log}.`;
  return {
    name: sanitize ? "kernels-cuda-sanitized" : "kernels-cuda-emulated",
    compiler: findCompiler(candidates, env),
    compilerName,
    flagVariants,
    inputs: sources.map(({ path }) => path).filter((path) => /\.(cu|cpp)$/.test(path)),
    key: (compiler) => libraryKey(compiler, sources, flagVariants, process.arch),
    notices: {
      noCompiler: "No C++ compiler answered.",
      failed: failed("does not build"),
      broken: failed("broke off"),
    },
  };
}

/** The emulated device: its memory in bytes (0: no limit), its generation, its shared memory for a block. */
export interface EmulatedDevice {
  readonly memory: number;
  readonly major: number;
  readonly shared: number;
  readonly multiprocessors: number;
}

export const emulatedH100: EmulatedDevice = { memory: 0, major: 9, shared: 227 << 10, multiprocessors: 16 };

export interface EmulatedLibrary extends CudaLibrary {
  setDevice(device: EmulatedDevice): void;
  /** The most blocks that ran together, in a cluster or a cooperative grid, since this was asked last. */
  together(): number;
  /** What the emulation says of one of the mistakes in cuda/emulate/faults.cpp. */
  fault(number: number): string;
}

/** Builds (once) and loads the emulation. Throws what the compiler said where it does not build. */
export function openEmulated(path = emulatedLibrary()): EmulatedLibrary {
  const handle = koffi.load(path);
  const device = handle.func("void emulate_device(int64_t memory, int32_t major, int32_t shared, int32_t processors)");
  return {
    ...openCudaLibrary(path),
    setDevice: ({ memory, major, shared, multiprocessors }) => device(memory, major, shared, multiprocessors),
    together: handle.func("int32_t emulate_together()"),
    fault: handle.func("const char *emulate_fault(int32_t fault)"),
  };
}

/** The compiler of the emulation; ask only where there is one. */
export function emulationCompiler(): Compiler {
  return emulationRecipe(process.env).compiler!;
}

export function emulatedLibrary(sanitize = false): string {
  const built = buildLibrary(emulationRecipe(process.env, sanitize), process.env);
  if (!built.library) throw new Error(built.notice ?? "not built");
  return built.library;
}
