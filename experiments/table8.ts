import type { Experiment } from "@sinqbench/report";

const table8: Experiment = {
  id: "table8",
  title: "Table 8: 4-bit methods without calibration",
  about: `\
Perplexity of one model with its linear layers stored in 4 bits, by SINQ with and without the overhead of its second scale and by
the methods that the paper sets beside them. Without overhead, the second scale is shared by all weights behind a norm or an up
projection and absorbed into it; what is stored is a scale and a zero a group, as for RTN.

Perplexity alone misleads as in table 1: look at the paired difference to BF16 first. And equal perplexity is not equal cost: the
second scale of SINQ takes 16 bits a column and a multiplication at inference, which the variant without overhead does not.`,
  paperTable: "8",
  methods: ["hadamard-rtn", "hqq", "sinq", "sinq-no-overhead"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table8;
