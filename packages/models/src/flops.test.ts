import { expect, test } from "vitest";
import { blockFlops, headFlops } from "./flops.ts";
import { parseModelConfig } from "./read-model-config.ts";

const config = parseModelConfig(
  "config.json",
  JSON.stringify({
    model_type: "llama",
    hidden_size: 4,
    intermediate_size: 6,
    num_attention_heads: 2,
    num_hidden_layers: 1,
    max_position_embeddings: 8,
    vocab_size: 10,
  }),
);

test("a block is its multiply-adds, twice", () => {
  // q, k, v, o: 4 x 16; gate, up, down: 3 x 24 = 136 weights. Three tokens see 1 + 2 + 3 keys, over 2 heads of 2.
  expect(blockFlops(config, 3, 0)).toBe(2 * 136 * 3 + 2 * 2 * 4 * 6);
});

test("the head counts the rows asked for", () => {
  expect(headFlops(config, 3)).toBe(2 * 3 * 40);
  expect(headFlops(config, 3, 5)).toBe(2 * 3 * 20);
});
