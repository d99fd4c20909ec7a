import type { Claim } from "@sinqbench/report";

/** What the paper says of its methods, each as a comparison that a run can decide. */
export const claims: readonly Claim[] = [
  {
    id: "sinq-below-rtn",
    statement: "SINQ has a lower perplexity than RTN (table 1)",
    better: "sinq",
    worse: "rtn",
    bits: [3, 4],
  },
  {
    id: "sinq-below-hadamard-rtn",
    statement: "SINQ has a lower perplexity than RTN after a Hadamard rotation (table 1)",
    better: "sinq",
    worse: "hadamard-rtn",
    bits: [3, 4],
  },
  {
    id: "sinq-below-hqq",
    statement: "SINQ has a lower perplexity than HQQ (table 1)",
    better: "sinq",
    worse: "hqq",
    bits: [3, 4],
  },
  {
    id: "asinq-below-sinq",
    statement: "Calibrated, A-SINQ improves on SINQ (table 4)",
    better: "asinq:aux=u8",
    worse: "sinq",
    bits: [3, 4],
  },
  {
    id: "asinq-below-gptq",
    statement: "A-SINQ has a lower perplexity than GPTQ (table 4)",
    better: "asinq:aux=u8",
    worse: "gptq",
    bits: [3, 4],
  },
  {
    id: "sinq-nf4-below-nf4",
    statement: "SINQ's normalization improves NF4 (table 3)",
    better: "sinq-nf4",
    worse: "nf4",
    bits: [4],
  },
  {
    id: "sinq-nf4-below-sinq",
    statement: "NF4 levels serve SINQ better than even ones (table 3)",
    better: "sinq-nf4",
    worse: "sinq",
    bits: [4],
  },
  {
    id: "sinq-below-no-overhead",
    statement: "Absorbing the second scale costs SINQ some quality (table 8)",
    better: "sinq",
    worse: "sinq-no-overhead",
    bits: [4],
  },
  {
    id: "no-overhead-below-hqq",
    statement: "SINQ without overhead has a lower perplexity than HQQ (table 8)",
    better: "sinq-no-overhead",
    worse: "hqq",
    bits: [4],
  },
  {
    id: "shift-helps-sinq",
    statement: "A zero point helps SINQ (section on parameterization)",
    better: "sinq",
    worse: "sinq-sym",
    bits: [3, 4],
  },
  {
    id: "shift-helps-nf4",
    statement: "Taking out each group's mean helps NF4 (the code's own NF4 against bitsandbytes')",
    better: "nf4-shift",
    worse: "nf4",
    bits: [4],
  },
];
