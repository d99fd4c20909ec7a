import type { ChoiceExperiment } from "@sinqbench/report";

const table2: ChoiceExperiment = {
  id: "table2",
  title: "Table 2: flip rates of multiple-choice answers",
  about: `\
Share of multiple-choice items that a quantized model answers otherwise than the checkpoint's own weights (BF16) do, on HellaSwag,
PIQA and MMLU, scored as lm-evaluation-harness scores them; on the 302 everyday items that come along unless tasks are named or
the model is one of the hub.

A flip rate alone misleads: it counts changes for the better like those for the worse, and near-ties flip by luck, so a model
that knows little flips most. Look at the accuracy beside it, and at the standard error: on a few hundred items two methods have
to be several points apart.`,
  paperTable: "2",
  metric: "flip_rate",
  methods: ["rtn", "fp4", "nf4", "hadamard-rtn", "hqq", "sinq", "gptq", "hadamard-gptq", "awq", "asinq:aux=u8"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table2;
