import { type OptionRules, optionRule } from "@sinqbench/quantizer";

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

export const solverRules: OptionRules<SolverOptions> = {
  iterations: optionRule.whole(1),
  lpNorm: optionRule.share(1),
  beta: optionRule.number(1e-6, 1e6),
};
