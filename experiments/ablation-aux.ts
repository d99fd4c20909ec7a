import type { Experiment } from "@sinqbench/report";

const ablationAux: Experiment = {
  id: "ablation-aux",
  title: "Ablation: precision of scales and zeros",
  about: `\
RTN and SINQ with scales, zeros and second scales in float32, scales and zeros in float16, and in 8 bits. What float32 gains over
float16 is the price of the paper's storage; what 8 bits lose is the price of the next step.

Perplexity alone misleads: the differences are far below the standard error of any row; look at the paired difference to BF16 and
at the bits per weight.`,
  methods: ["rtn:aux=f32", "rtn", "rtn:aux=u8", "sinq:aux=f32", "sinq", "sinq:aux=u8"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default ablationAux;
