import type { Experiment } from "@sinqbench/report";

const table11: Experiment = {
  id: "table11",
  title: "Table 11: Llama models without calibration",
  about: `\
Table 1's comparison on Llama 2 and 3, with the 4-bit types of bitsandbytes and SINQ in NF4 codes beside. Methods that have no
3-bit form are left out there.

Perplexity alone misleads as in table 1: look at the paired difference to BF16 first, and at the bits per weight, which
bitsandbytes' single scale keeps lower. The embedded models are no Llamas: without --model this is table 1 with more rows.`,
  paperTable: "11",
  methods: ["rtn", "hadamard-rtn", "hqq", "sinq", "fp4", "nf4", "sinq-nf4"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["meta-llama/Llama-2-7b-hf", "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-70B"],
};

export default table11;
