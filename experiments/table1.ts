import type { Experiment } from "@sinqbench/report";

const table1: Experiment = {
  id: "table1",
  title: "Table 1: weight-only quantization without calibration",
  about: `\
Perplexity of one model with its linear layers stored in 3 or 4 bits, beside the checkpoint's own weights (BF16). Every method
is decoded to float and run through the same graph, on the same windows; embeddings and the output head stay in 16 bits.
Memory is counted on the stored bytes: codes, scales and zeros.

Perplexity alone misleads in three ways. Its standard error, which comes from the texts differing from one another, is often
larger than the gap between two methods: look at the paired difference to BF16, which is taken token by token. Equal bits of
a code are not equal bits of a weight: SINQ stores a second scale per column. And lower is not always better: a model
that was trained too little can gain from rounding, by luck of the text.`,
  paperTable: "1",
  methods: ["rtn", "hadamard-rtn", "hqq", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table1;
