import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCaptured } from "./run-captured.ts";

/** A Qwen3 shape small enough for a test: two layers of width 64, 100 tokens, 32 positions. */
export const tinyConfig = {
  model_type: "qwen3",
  architectures: ["Qwen3ForCausalLM"],
  hidden_act: "silu",
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 32,
  vocab_size: 100,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  tie_word_embeddings: false,
  initializer_range: 0.02,
  torch_dtype: "bfloat16",
};

/** Makes a random checkpoint with `exp synth` in `folder`/`name` and returns its path. */
export async function makeTinyModel(folder: string, name: string, config: object = tinyConfig): Promise<string> {
  const configFolder = join(folder, `${name}-config`);
  await mkdir(configFolder, { recursive: true });
  await writeFile(join(configFolder, "config.json"), JSON.stringify(config));
  const path = join(folder, name);
  const { code, err } = await runCaptured(["synth", configFolder, path]);
  if (code !== 0) throw new Error(err);
  return path;
}
