import type { Compiler } from "./compiler.ts";

/** How a library of kernels is made: what `buildLibrary` and `inspectLibrary` go by. */
export interface Recipe {
  /** Beginning of the library's name in the cache. */
  readonly name: string;
  /** Null where none answers. */
  readonly compiler: Compiler | null;
  /** One line for people. */
  compilerName(compiler: Compiler): string;
  /** Tried in order until one builds. */
  readonly flagVariants: readonly (readonly string[])[];
  /** Arguments after the flags: include folders and units. */
  readonly inputs: readonly string[];
  /** Hash of everything a build depends on. A change in any of it builds anew. */
  key(compiler: Compiler): string;
  readonly notices: {
    readonly noCompiler: string;
    failed(compiler: string, log: string): string;
    broken(reason: string): string;
  };
}
