import { referenceKernels } from "../../reference/reference-kernels.ts";
import type { Kernels } from "../../types.ts";
import { cudaKernels } from "../cuda-kernels.ts";
import type { CudaLibrary } from "../cuda-library.ts";

/** One property of a CUDA library; `run` throws where it does not hold. */
export interface Check {
  readonly name: string;
  run(library: CudaLibrary): void;
}

/** Fixed, so that what has passed passes again: only the last bit of a sum in double can differ from the reference. */
export const SEED = 20_250_922;

/** Elements of a piece: few, so that small matrices are many pieces of both streams, and the library's own choice. */
const PIECES = [400, 0];

/** Runs with the plain and the fastest kernels and both sizes of pieces, in memory that is filled with a pattern before. */
export function eachWay(library: CudaLibrary, run: (kernels: Kernels, what: string) => void): void {
  const kernels = cudaKernels(library, "test", referenceKernels);
  for (const version of [1, 0]) {
    for (const piece of PIECES) {
      library.settings({ version, piece, poison: true });
      run(kernels, `version ${version}, piece ${piece}`);
    }
  }
}

type Array = Float32Array | Uint8Array | null;

/** Throws where some result is not the expected one to the bit. */
export function expectSame(what: string, ours: readonly Array[], expected: readonly Array[]): void {
  for (const [k, array] of expected.entries()) {
    if (bytesOf(ours[k]) !== bytesOf(array)) throw new Error(`${what}: result ${k} differs`);
  }
}

function bytesOf(array: Array): string | null {
  return array && Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("latin1");
}
