import type { Experiment } from "@sinqbench/report";

const table8: Experiment = {
  id: "table8",
  title: "Table 8: 4-bit methods without calibration",
  about: `\
Perplexity of one model with its linear layers stored in 4 bits by the methods that the paper sets beside SINQ without the
overhead of its second scale, where that scale is absorbed into the layers before. That variant of SINQ moves scales between
layers and is not here yet; the others are, so that it finds its rivals' numbers when it comes.

Perplexity alone misleads as in table 1: look at the paired difference to BF16 first.`,
  paperTable: "8",
  methods: ["hadamard-rtn", "hqq", "sinq"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table8;
