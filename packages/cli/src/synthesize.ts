import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ModelTensor, modelTensors, parseModelConfig, readModelConfig } from "@sinqbench/models";
import {
  type DType,
  elementCount,
  float32ToBfloat16,
  float32ToFloat16,
  type SeededRandom,
  seededRandom,
  type TensorEntry,
  tensorBytes,
  writeFileAtomic,
  writeSafetensors,
} from "@sinqbench/tensor";
import { shardName, splitShards } from "./files/split-shards.ts";
import { writeFolder } from "./files/write-folder.ts";
import type { Session } from "./session.ts";
import { createProgress } from "./terminal/progress.ts";
import { measure, quantity } from "./terminal/quantity.ts";

export interface SynthesizeOptions {
  readonly seed: number;
  readonly dtype: "bf16" | "f16" | "f32";
  /** Only so many of the config's blocks, from the first on. */
  readonly layers?: number;
  /** Bytes of a shard; 2 GB unless a test wants shards of a tiny model. */
  readonly shardBytes?: number;
}

const SHARD_BYTES = 2e9;
/** Values drawn between two looks at Ctrl-C; also the float32 buffer in memory. */
const CHUNK = 1 << 20;

const DTYPES: Readonly<Record<SynthesizeOptions["dtype"], DType>> = { bf16: "BF16", f16: "F16", f32: "F32" };

/**
 * Writes a random checkpoint of the shape that `config` gives: matrices normal with the config's `initializer_range`,
 * norms 1, biases and corrections of routers 0. Every tensor is drawn from a seed of its own, made of `seed` and its name, so that the same seed
 * gives the same bytes however the file is cut into shards. One tensor is in memory at a time.
 *
 * @param config a Hugging Face config.json, or a folder that holds one
 */
export async function synthesize(
  session: Session,
  config: string,
  out: string,
  options: SynthesizeOptions,
): Promise<void> {
  const path = config.endsWith(".json") ? config : join(config, "config.json");
  await readModelConfig(path);
  const text = withLayers(await readFile(path, "utf8"), options.layers);
  const model = parseModelConfig(path, text);
  const dtype = DTYPES[options.dtype];
  const tensors = modelTensors(model).map((tensor) => ({ ...tensor, bytes: tensorBytes(dtype, tensor.shape) }));
  const totalBytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const total = tensors.reduce((sum, tensor) => sum + elementCount(tensor.shape), 0);
  const shards = splitShards(tensors, options.shardBytes ?? SHARD_BYTES);

  const progress = createProgress(session.io, {
    label: "synth",
    total,
    rate: (perSecond) => `${quantity(perSecond)} weights/s`,
  });
  let done = 0;
  const draw = async (tensor: ModelTensor): Promise<ArrayBufferView> => {
    const random = seededRandom(seedOf(options.seed, tensor.name));
    const count = elementCount(tensor.shape);
    const { values, store } = TARGETS[options.dtype](count);
    for (let start = 0; start < count; start += CHUNK) {
      await session.breathe();
      const chunk = new Float32Array(Math.min(CHUNK, count - start));
      fill(chunk, tensor, model.initializerRange, random);
      store(chunk, start);
      done += chunk.length;
      progress.update(done, tensor.name);
    }
    return values;
  };

  try {
    await writeFolder(out, async (folder) => {
      await writeFileAtomic(join(folder, "config.json"), text);
      const weightMap: Record<string, string> = {};
      for (const [index, shard] of shards.entries()) {
        const name = shardName(index, shards.length);
        const entries = shard.map((tensor): TensorEntry => {
          weightMap[tensor.name] = name;
          return { name: tensor.name, dtype, shape: tensor.shape, data: () => draw(tensor) };
        });
        await writeSafetensors(join(folder, name), entries, { format: "pt" });
      }
      if (shards.length > 1) {
        const index = { metadata: { total_size: totalBytes }, weight_map: weightMap };
        await writeFileAtomic(join(folder, "model.safetensors.index.json"), `${JSON.stringify(index, null, 2)}\n`);
      }
    });
  } finally {
    progress.end();
  }
  session.print(
    `${session.shown(out)}: ${tensors.length} tensors, ${quantity(total)} random weights, ${measure(totalBytes, "B")} in ` +
      `${shards.length} file${shards.length === 1 ? "" : "s"}, seed ${options.seed}`,
  );
}

function withLayers(config: string, layers: number | undefined): string {
  if (layers === undefined) return config;
  return `${JSON.stringify({ ...JSON.parse(config), num_hidden_layers: layers }, null, 2)}\n`;
}

function seedOf(seed: number, name: string): number {
  return createHash("sha256").update(`${seed} ${name}`).digest().readUInt32LE();
}

function fill(out: Float32Array, { kind, shape }: ModelTensor, deviation: number, random: SeededRandom): void {
  if (kind === "norm") out.fill(1);
  else if (kind !== "bias" && !(kind === "router" && shape.length === 1)) random.fillNormal(out, deviation);
}

interface Target {
  readonly values: ArrayBufferView;
  /** Converts a chunk into the values from `start` on. */
  store(chunk: Float32Array, start: number): void;
}

const TARGETS: Readonly<Record<SynthesizeOptions["dtype"], (count: number) => Target>> = {
  bf16: (count) => {
    const values = new Uint16Array(count);
    return { values, store: (chunk, start) => void float32ToBfloat16(chunk, values.subarray(start)) };
  },
  f16: (count) => {
    const values = new Uint16Array(count);
    return { values, store: (chunk, start) => void float32ToFloat16(chunk, values.subarray(start)) };
  },
  f32: (count) => {
    const values = new Float32Array(count);
    return { values, store: (chunk, start) => values.set(chunk, start) };
  },
};
