import type { Experiment } from "@sinqbench/report";

const ablationGroupSize: Experiment = {
  id: "ablation-group-size",
  title: "Ablation: weights to a scale (group size)",
  about: `\
RTN, HQQ and SINQ with 32, 64 and 128 weights to a scale. Smaller groups follow the weights more closely and store more scales.

Perplexity alone misleads here by design: the rows do not store the same number of bits. Read it against the bits per weight; the
experiment pareto draws that.`,
  methods: [
    "rtn:groupSize=32",
    "hqq:groupSize=32",
    "sinq:groupSize=32",
    "rtn",
    "hqq",
    "sinq",
    "rtn:groupSize=128",
    "hqq:groupSize=128",
    "sinq:groupSize=128",
  ],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default ablationGroupSize;
