import type { Experiment } from "@sinqbench/report";

const ablationShift: Experiment = {
  id: "ablation-shift",
  title: "Ablation: a zero point or none",
  about: `\
Methods with a zero point or a mean taken out of every group (RTN, SINQ, shifted NF4) beside the same without (symmetric RTN and
SINQ, bitsandbytes' NF4), and SINQ in NF4 codes, which takes the mean out of the normalized matrix.

Perplexity alone misleads: a method without a zero stores 16 bits less for every group; look at the bits per weight beside it.
The published symmetric rounding uses only five of the eight levels of 3 bits.`,
  methods: ["rtn", "rtn-sym", "sinq", "sinq-sym", "nf4", "nf4-shift", "sinq-nf4"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default ablationShift;
