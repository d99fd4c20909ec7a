import type { Experiment } from "@sinqbench/report";

const protocolDiff: Experiment = {
  id: "protocol-diff",
  title: "One text under the protocols of different tools",
  about: `\
The perplexity of the same weights on the same text, cut and scored as different tools do it: windows of several lengths with every
prediction scored (the GPTQ line of work, and the paper), and the same windows with only their second half scored, after a
beginning-of-sequence token where the tokenizer has one (llama.cpp).

Perplexity alone misleads most of all between tools: "the WikiText-2 perplexity" of two of them can be further apart than two
methods of quantization. Compare numbers only under one protocol, and look here for how much that matters.`,
  view: "protocols",
  protocols: [
    "gptq-2048",
    "gptq-1024",
    "gptq-512",
    "gptq-256",
    "gptq-128",
    "llamacpp-2048",
    "llamacpp-512",
    "llamacpp-256",
  ],
  methods: ["rtn", "sinq"],
  bits: [4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export default protocolDiff;
