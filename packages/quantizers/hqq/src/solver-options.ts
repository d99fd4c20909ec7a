import { invalidHqqOption } from "./messages.ts";

/** Settings of the proximal solver, the same for both methods. */
export interface SolverOptions {
  /** Steps at most. */
  readonly iterations: number;
  /** p of the norm |W - W'|_p^p that the zeros make small. */
  readonly lpNorm: number;
  /** Weight of the quadratic term; the library's factor kappa = 1.01 on it is never applied there. */
  readonly beta: number;
}

/** Those of the HQQ library and of SINQ's code. */
export const publishedSolver: SolverOptions = { iterations: 20, lpNorm: 0.7, beta: 10 };

/** @throws BenchError `invalid-hqq-option` */
export function checkSolverOptions({ iterations, lpNorm, beta }: SolverOptions): void {
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw invalidHqqOption("iterations", iterations, "a whole number of at least 1");
  }
  if (!(lpNorm > 0 && lpNorm <= 1)) throw invalidHqqOption("lpNorm", lpNorm, "above 0 and at most 1");
  if (!(beta >= 1e-6 && beta <= 1e6)) throw invalidHqqOption("beta", beta, "from 1e-6 to 1e6");
}
