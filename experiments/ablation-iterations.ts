import type { Experiment } from "@sinqbench/report";

const ablationIterations: Experiment = {
  id: "ablation-iterations",
  title: "Ablation: Sinkhorn iterations",
  about: `\
SINQ with 1, 2, 4, 8, 16 and 32 iterations, with the early stop of the published code (a tile freezes at the first iteration that
makes its imbalance worse) and without. The first iteration measures only: with one, nothing is scaled, and SINQ is RTN with a
second scale of ones. The paper uses 16 and shows no other number.

Perplexity alone misleads: neighbouring settings differ by less than their standard errors, so that only the paired difference
to BF16 tells them apart, and a lower one at 4 bits need not be lower at 3.`,
  methods: [
    "rtn",
    "sinq:iterations=1",
    "sinq:iterations=2",
    "sinq:iterations=4",
    "sinq:iterations=8",
    "sinq",
    "sinq:iterations=32",
    "sinq:iterations=4,earlyStop=false",
    "sinq:earlyStop=false",
    "sinq:iterations=32,earlyStop=false",
  ],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default ablationIterations;
