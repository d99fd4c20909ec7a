import type { Experiment } from "@sinqbench/report";

const table3: Experiment = {
  id: "table3",
  title: "Table 3: 4-bit weights with uneven levels",
  about: `\
Perplexity of one model with its linear layers stored in 4-bit codes whose levels are not evenly spaced, against SINQ's even
ones. nf4 and fp4 are those of bitsandbytes (blocks of 64 over the flattened matrix, no zero point); sinq-nf4 rounds the
normalized matrix to NF4 around each group's mean.

Perplexity alone misleads here as in table 1: look at the paired difference to BF16 first. And the methods of this table do
not store the same: bitsandbytes keeps one scale a block where SINQ keeps a scale, a zero and a second scale, so that equal
bits of a code are not equal bits of a weight.
HIGGS, which the paper has in this table, is not implemented.`,
  paperTable: "3",
  methods: ["fp4", "nf4", "sinq-nf4", "sinq"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table3;
