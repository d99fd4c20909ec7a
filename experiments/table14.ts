import type { ChoiceExperiment } from "@sinqbench/report";

const table14: ChoiceExperiment = {
  id: "table14",
  title: "Table 14: accuracy of multiple-choice answers",
  about: `\
Share of multiple-choice items that a model answers rightly, on HellaSwag, PIQA and MMLU, scored as lm-evaluation-harness scores
them without examples; on the 302 everyday items that come along unless tasks are named or the model is one of the hub.

Accuracy alone misleads: answers that become right make up for answers that become wrong, so a method can change many answers
and keep its accuracy. Table 2 counts the changes. The standard error is of one accuracy; two methods answer the same items, and
their difference is known better than that.`,
  paperTable: "14",
  metric: "accuracy",
  methods: [
    "rtn",
    "fp4",
    "nf4",
    "hadamard-rtn",
    "hqq",
    "sinq",
    "sinq-nf4",
    "gptq",
    "hadamard-gptq",
    "awq",
    "asinq:aux=u8",
  ],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};

export default table14;
