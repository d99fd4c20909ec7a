import type { Experiment } from "@sinqbench/report";

const ablationTiling: Experiment = {
  id: "ablation-tiling",
  title: "Ablation: one-dimensional against square tiles",
  about: `\
SINQ whose tiles are all rows by one group of columns (1D, the paper's choice) or squares of group by group (2D), and the settings
that change with them: a column's second scale is stored once in 1D and once for every 64 rows in 2D.

Perplexity alone misleads: square tiles store more second scales; look at the bits per weight beside it.`,
  methods: [
    "sinq",
    "sinq:tiling=2d",
    "sinq:groupSize=128",
    "sinq:groupSize=128,tiling=2d",
    "sinq-nf4",
    "sinq-nf4:tiling=2d",
  ],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default ablationTiling;
