import { asinq } from "@sinqbench/asinq";
import { awq, awqColumn } from "@sinqbench/awq";
import { gptq, hadamardGptq } from "@sinqbench/gptq";
import { hadamardRtn } from "@sinqbench/hadamard";
import { hqq, hqqSinq } from "@sinqbench/hqq";
import { fp4, nf4, nf4Shift } from "@sinqbench/nf4";
import type { Quantizer } from "@sinqbench/quantizer";
import { rtn, rtnSym } from "@sinqbench/rtn";
import { sinq, sinqHqq, sinqNf3, sinqNf4, sinqNoOverhead, sinqSym } from "@sinqbench/sinq";

/** Every method, in the order of the paper's tables. A new one is its import above and its line here. */
export const quantizers: readonly Quantizer[] = [
  rtn,
  rtnSym,
  hadamardRtn,
  hqq,
  hqqSinq,
  sinq,
  sinqSym,
  nf4,
  fp4,
  nf4Shift,
  sinqNf4,
  sinqNf3,
  sinqHqq,
  sinqNoOverhead,
  awq,
  awqColumn,
  asinq,
  gptq,
  hadamardGptq,
];
