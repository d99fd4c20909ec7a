import type { Experiment } from "@sinqbench/report";

const table4: Experiment = {
  id: "table4",
  title: "Table 4: calibrated methods",
  about: `\
Perplexity of one model under methods that learn from the inputs of each layer (GPTQ, AWQ, A-SINQ), beside SINQ, which learns
from nothing. The calibration text is named and hashed in every row; its windows come from the end of the text, those scored from
its start.

Perplexity alone misleads: a calibrated method is as good as its calibration text is near to the text that is scored, so the
text it was calibrated on and the other one are two different questions. A-SINQ stores its scales and zeros in 8 bits, as in
the paper; its memory is lower for that and not for its search. The paper
has AWQ at 4 bits alone.`,
  paperTable: "4",
  methods: ["gptq", "hadamard-gptq", "awq", "asinq:aux=u8", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table4;
