import type { QuantizationTimeExperiment } from "@sinqbench/report";

/** How long every method takes, for `exp table10`. */
export const table10: QuantizationTimeExperiment = {
  id: "table10",
  title: "Table 10: time to quantize",
  about: `\
Seconds that each method takes for all linear layers of a model at 4 bits, repeated, and how many times as long as round to nearest.
What a method with calibration needs before, forward passes and statistics, is measured beside it. Reading the checkpoint is not
counted, and times are never taken from the store of results.

One number misleads here more than anywhere: the paper's seconds are of one GPU and of other implementations, ours are of the
machine at hand. Compare the factors, on a model large enough that the calls themselves do not count (not the embedded ones), and on
a machine without other work.`,
  paperTable: "10",
  methods: ["rtn", "hqq", "gptq", "awq", "asinq", "sinq"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-4B", "Qwen/Qwen3-8B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"],
};
