import { kernelFailed, nonFiniteWeight } from "../messages.ts";
import type { RoundScheme } from "../types.ts";

/** KernelStatus of include/kernels.h. */
const OK = 0;
const NON_FINITE = 1;

/** KernelScheme of include/kernels.h. */
export const SCHEMES: Readonly<Record<RoundScheme, number>> = {
  asymmetric: 0,
  symmetric: 1,
  "codebook-shift": 2,
  "codebook-absmax": 3,
};

/** Throws what the status of a kernel means. */
export function checkStatus(kernel: string, status: number): void {
  if (status !== OK) throw kernelFailed(kernel, status);
}

/** The same for a kernel that names the first weight which is no number, bad[0], of a matrix of `cols` columns. */
export function checkWeightStatus(
  kernel: string,
  status: number,
  weight: Float32Array,
  cols: number,
  bad: BigInt64Array,
): void {
  if (status === NON_FINITE) {
    const index = Number(bad[0]);
    throw nonFiniteWeight(Math.floor(index / cols), index % cols, weight[index]);
  }
  checkStatus(kernel, status);
}
