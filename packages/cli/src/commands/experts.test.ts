import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expertTensors, readModelConfig, scaledSource } from "@sinqbench/models";
import { matrixImbalance } from "@sinqbench/quantizer";
import { readLayersCsv } from "@sinqbench/report";
import { openCheckpoint, openSafetensors, seededRandom, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

/** A DeepSeek-V3 shape: block 0 dense, block 1 with six experts in two groups and a shared one. */
const config = {
  model_type: "deepseek_v3",
  architectures: ["DeepseekV3ForCausalLM"],
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  q_lora_rank: 32,
  kv_lora_rank: 32,
  qk_nope_head_dim: 16,
  qk_rope_head_dim: 16,
  v_head_dim: 16,
  first_k_dense_replace: 1,
  n_routed_experts: 6,
  n_shared_experts: 1,
  moe_intermediate_size: 32,
  num_experts_per_tok: 2,
  n_group: 2,
  topk_group: 1,
  vocab_size: 100,
  max_position_embeddings: 32,
  initializer_range: 0.1,
  torch_dtype: "bfloat16",
};
const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
const EXPERT = "model.layers.1.mlp.experts.4.up_proj.weight";

beforeAll(async () => {
  await makeTinyModel(folder(), "model", config);
  const ids = Int32Array.from({ length: 3 * 24 }, (_, i) => (i * i * 7 + i) % 100);
  await writeSafetensors(at("tokens.safetensors"), [{ name: "input_ids", dtype: "I32", shape: [3, 24], data: ids }]);
});

async function run(...args: string[]) {
  const result = await runCaptured(args);
  if (result.code !== 0) throw new Error(result.err);
  return result;
}

const CALIBRATION = () => ["--calibration", at("tokens.safetensors"), "--calibration-windows", "2"];

async function losses(model: string, method: string): Promise<Float32Array> {
  const flags = ["--bits", "4", "--group-size", "32", "--tokens", at("tokens.safetensors"), "--nll", at("nll")];
  await run("eval", model, "--methods", method, ...flags, ...CALIBRATION());
  const file = await openSafetensors(at("nll"));
  const nll = await file.readFloat32("nll");
  await file.close();
  return nll;
}

/** The model with its linear weights in 8 bits and scales of blocks of 24 x 24. */
async function makeScaledModel(name: string): Promise<string> {
  const quantization_config = { quant_method: "fp8", fmt: "e4m3", weight_block_size: [24, 24] };
  const path = await makeTinyModel(folder(), name, { ...config, quantization_config });
  const source = await openCheckpoint(path);
  const random = seededRandom(3);
  const entries: TensorEntry[] = [];
  for (const tensor of source.names()) {
    const { dtype, shape } = source.info(tensor);
    if (!tensor.endsWith("_proj.weight")) {
      entries.push({ name: tensor, dtype, shape, data: await source.readBytes(tensor) });
      continue;
    }
    const codes = Uint8Array.from({ length: shape[0] * shape[1] }, () => 128 * random.integer(2) + random.integer(96));
    const blocks = shape.map((size) => Math.ceil(size / 24));
    const scales = Float32Array.from({ length: blocks[0] * blocks[1] }, () => 0.02 + 0.02 * random.uniform());
    entries.push({ name: tensor, dtype: "F8_E4M3", shape, data: codes });
    entries.push({ name: `${tensor}_scale_inv`, dtype: "F32", shape: blocks, data: scales });
  }
  await source.close();
  await writeSafetensors(join(path, "model.safetensors"), entries);
  return path;
}

describe("a model with routed experts", () => {
  it.each(["sinq", "awq", "gptq"])(
    "is packed with its experts by %s as it is in memory, bit for bit",
    async (method) => {
      const out = at(`packed-${method}`);
      const flags = ["--bits", "4", "--group-size", "32", "--format", "packed", "--out", out];
      await run("quantize", at("model"), "--method", method, ...flags, ...CALIBRATION());
      const [stored, memory] = [await losses(out, "bf16"), await losses(at("model"), method)];
      expect(stored).toEqual(memory);
      expect(stored).not.toEqual(await losses(at("model"), "bf16"));
    },
  );

  it("has its experts measured as layers of their own block", async () => {
    await run("layers", "--model", at("model"), "--group-size", "32", ...CALIBRATION(), "--out", at("layers-out"));
    const rows = await readLayersCsv(at("layers-out", "layers", "model.csv"));
    const blocks = (type: string) => rows.filter((row) => row.type === type).map(({ layer }) => layer);
    expect(blocks("gate")).toEqual([0]);
    expect(blocks("o")).toEqual([0, 1]);
    expect(blocks("shared gate")).toEqual([1]);
    expect(blocks("expert gate")).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("keeps routers and their corrections as they are", async () => {
    await run("quantize", at("model"), "--method", "rtn", "--bits", "3", "--group-size", "32", "--out", at("plain"));
    const [before, after] = [await openCheckpoint(at("model")), await openCheckpoint(at("plain"))];
    for (const name of ["model.layers.1.mlp.gate.weight", "model.layers.1.mlp.gate.e_score_correction_bias"]) {
      expect(await after.readBytes(name)).toEqual(await before.readBytes(name));
    }
    expect(after.info(EXPERT).dtype).toBe("F32");
    expect(new Set(await before.readFloat32("model.layers.1.mlp.gate.e_score_correction_bias"))).toEqual(new Set([0]));
    expect(new Set(await before.readFloat32("model.layers.1.mlp.gate.weight")).size).toBeGreaterThan(100);
    await Promise.all([before.close(), after.close()]);
  });

  it("has one row for the experts of a block in the imbalance, their median", async () => {
    await run(
      "imbalance",
      "--model",
      at("model"),
      "--group-size",
      "32",
      "--out",
      at("imbalance-out"),
      "--threads",
      "1",
    );
    const [header, ...lines] = (await readFile(at("imbalance-out", "imbalance", "model.csv"), "utf8"))
      .trim()
      .split("\n");
    const rows = lines.map((line) =>
      Object.fromEntries(line.split(",").map((value, i) => [header.split(",")[i], value])),
    );
    const dense = ["q_a", "q_b", "kv_a", "kv_b", "o", "gate", "up", "down"];
    const routed = ["shared gate", "shared up", "shared down", "expert gate", "expert up", "expert down"];
    expect(new Set(rows.map(({ type }) => type))).toEqual(new Set([...dense, ...routed]));
    const up = rows.filter(({ type, preset }) => type === "expert up" && preset === "paper");
    expect(up).toHaveLength(17);
    expect(up[0].tensor).toBe("model.layers.1.mlp.experts.*.up_proj.weight");
    const source = await openCheckpoint(at("model"));
    const model = await readModelConfig(at("model"));
    const each: number[] = [];
    for (let expert = 0; expert < 6; expert++) {
      const { name, shape } = expertTensors(model, 1, expert)[1];
      each.push(matrixImbalance({ rows: shape[0], cols: shape[1], data: await source.readFloat32(name) }));
    }
    await source.close();
    each.sort((a, b) => a - b);
    expect(up[0].matrix_imbalance).toBe(((each[2] + each[3]) / 2).toPrecision(6));
  });
});

describe("a checkpoint of 8-bit weights", () => {
  it("quantizes to what its values times their scales quantize to; scales go with the weights they were of", async () => {
    const path = await makeScaledModel("scaled");
    await run("quantize", path, "--method", "rtn", "--bits", "4", "--group-size", "32", "--out", at("from-8-bits"));
    expect(await losses(at("from-8-bits"), "bf16")).toEqual(await losses(path, "rtn"));
    const after = await openCheckpoint(at("from-8-bits"));
    expect(after.names().filter((name) => name.endsWith("_scale_inv"))).toEqual([]);
    await after.close();
  });

  it("keeps the scales of what is not quantized", async () => {
    const path = await makeScaledModel("part");
    const flags = [
      "--method",
      "rtn",
      "--bits",
      "4",
      "--group-size",
      "32",
      "--tensors",
      "experts\\.4\\.up_proj\\.weight$",
    ];
    const { err } = await run("quantize", path, ...flags, "--out", at("part-out"));
    expect(err).toContain("quantization_config");
    const after = await openCheckpoint(at("part-out"));
    expect(after.info(EXPERT).dtype).toBe("F32");
    expect(after.has(`${EXPERT}_scale_inv`)).toBe(false);
    expect(after.info("model.layers.0.mlp.up_proj.weight").dtype).toBe("F8_E4M3");
    const before = scaledSource(await openCheckpoint(path), await readModelConfig(path));
    const read = scaledSource(after, await readModelConfig(at("part-out")));
    const other = "model.layers.1.mlp.experts.3.up_proj.weight";
    expect(await read.readFloat32(other)).toEqual(await before.readFloat32(other));
    await Promise.all([before.close(), after.close()]);
  });
});

it("exp synth --layers takes the first blocks only, and writes so into the config", async () => {
  await run("synth", join(at("model"), "config.json"), at("short"), "--layers", "1");
  expect(await readModelConfig(at("short"))).toMatchObject({ layers: 1, modelType: "deepseek_v3" });
  const [whole, short] = [await openCheckpoint(at("model")), await openCheckpoint(at("short"))];
  expect(short.names().some((name) => name.startsWith("model.layers.1."))).toBe(false);
  const name = "model.layers.0.mlp.up_proj.weight";
  expect(await short.readBytes(name)).toEqual(await whole.readBytes(name));
  await Promise.all([whole.close(), short.close()]);
});
