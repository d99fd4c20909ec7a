import type { Experiment } from "@sinqbench/report";

const pareto: Experiment = {
  id: "pareto",
  title: "Bits against perplexity, and the front",
  about: `\
Every row is a setting of a method: its stored bits per weight, codes and everything beside them, against its perplexity. The
front is what no other setting beats in both.

Perplexity alone misleads, which is why this experiment exists: a method that stores more scales buys its perplexity with bits.
Neighbours on the front that are closer than their standard errors may change places on another text.`,
  view: "pareto",
  methods: [
    "rtn",
    "hqq",
    "sinq",
    "sinq:groupSize=128",
    "rtn:groupSize=128",
    "nf4",
    "sinq-nf4",
    "asinq:aux=u8",
    "sinq:aux=u8",
  ],
  bits: [2, 3, 4, 5],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default pareto;
