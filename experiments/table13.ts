import type { Experiment } from "@sinqbench/report";

const table13: Experiment = {
  id: "table13",
  title: "Table 13: large mixtures of experts without calibration",
  about: `\
Table 1's comparison on DeepSeek-V2.5 (236 B parameters) and Qwen3-235B-A22B. Neither fits the memory of most machines: blocks
and experts are read, quantized and run one at a time, so that a disk that holds the checkpoint is enough; exp plan says what it
takes.

Perplexity alone misleads as in table 1, and in a mixture also because quantization changes which experts a token is sent to:
part of a difference is another route, not a worse product.`,
  paperTable: "13",
  methods: ["rtn", "hqq", "sinq", "fp4", "nf4"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["deepseek-ai/DeepSeek-V2.5", "Qwen/Qwen3-235B-A22B"],
};

export default table13;
