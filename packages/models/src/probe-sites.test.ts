import { expect, test } from "vitest";
import { blockTensors } from "./model-tensors.ts";
import { probeSites } from "./probe-sites.ts";
import { parseModelConfig } from "./read-model-config.ts";

test.each(["llama", "qwen3"])("every linear layer of %s has one site, of its width", (modelType) => {
  const config = parseModelConfig(
    "config.json",
    JSON.stringify({
      model_type: modelType,
      hidden_size: 8,
      intermediate_size: 24,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 6,
      num_hidden_layers: 1,
      max_position_embeddings: 8,
      vocab_size: 10,
    }),
  );
  const linear = blockTensors(config, 0).filter(({ kind }) => kind === "linear");
  const found = probeSites(config, 0).flatMap(({ width, weights }) => weights.map((input) => [input, width]));
  expect(found.toSorted()).toEqual(linear.map(({ input, shape }) => [input, shape[1]]).toSorted());
});
