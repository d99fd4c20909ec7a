import type { Experiment } from "@sinqbench/report";

const table15: Experiment = {
  id: "table15",
  title: "Table 15: Phi models without calibration",
  about: `\
Table 1's comparison on Phi-3-mini and Phi-4, whose query, key and value projections, and gate and up projections, are stacked in
one matrix each: what SINQ evens out is then the stack. phi-2 of the paper's table is not implemented (its blocks run attention
and MLP side by side, with layer norms).

Perplexity alone misleads as in table 1. The paper does not say whether the 4k or the 128k variant of Phi-3-mini was meant, and
prints memory in GiB.`,
  paperTable: "15",
  methods: ["rtn", "hqq", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["microsoft/Phi-3-mini-4k-instruct", "microsoft/phi-4"],
};

export default table15;
