import type { Experiment } from "@sinqbench/report";

const table19: Experiment = {
  id: "table19",
  title: "Table 19: small mixtures of experts without calibration",
  about: `\
Table 1's comparison on DeepSeek-V2-Lite and Qwen3-30B-A3B.

Perplexity alone misleads as in table 1, and in a mixture also because quantization changes which experts a token is sent to.
The table's bitsandbytes row is left out: the paper does not say which of its types it is.`,
  paperTable: "19",
  methods: ["rtn", "hqq", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["deepseek-ai/DeepSeek-V2-Lite", "Qwen/Qwen3-30B-A3B"],
};

export default table19;
