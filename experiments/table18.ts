import type { Experiment } from "@sinqbench/report";

const table18: Experiment = {
  id: "table18",
  title: "Table 18: precision of the auxiliary values",
  about: `\
Perplexity of one model with its linear layers stored by SINQ in NF4 codes, once with scales and zeros in 16 bits and once in 8:
what the smaller scales save, and what they cost. The second scale of every column is not in 8 bits in either.

Perplexity alone misleads here more than elsewhere: the two rows differ by less than the standard error of either, so that only
the paired difference to BF16 can tell them apart; look at the bits per weight beside it. The paper's 1.24 GB for Qwen3-1.7B
cannot be: embeddings and codes alone take 1.33 GB. HIGGS, which the paper has in this table, is not implemented.`,
  paperTable: "18",
  methods: ["sinq-nf4", "sinq-nf4:aux=u8"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table18;
