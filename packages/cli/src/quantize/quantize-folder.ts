import { copyFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { linearTensorNames, type ModelConfig, readModelConfig, scaledSource } from "@sinqbench/models";
import { isPacked, type PackedDescription, packedMetadata } from "@sinqbench/quantizer";
import {
  openCheckpoint,
  openSafetensors,
  type TensorSource,
  tensorBytes,
  writeFileAtomic,
  writeSafetensors,
} from "@sinqbench/tensor";
import { checkNewFolder, writeFolder } from "../files/write-folder.ts";
import { sayHalvedGroups } from "../halved-groups.ts";
import { missingLinear, noTensorsMatch, packedInput } from "../messages.ts";
import type { Session } from "../session.ts";
import { createProgress, type ProgressBar } from "../terminal/progress.ts";
import { quantity } from "../terminal/quantity.ts";
import { calibratedEncodings } from "./calibrated-encodings.ts";
import { mirrorTensors } from "./mirror-tensors.ts";
import { movedScales } from "./moved-scales.ts";
import type { QuantizeOptions } from "./quantize-path.ts";
import { isFloatMatrix, type TensorQuantizer } from "./tensor-quantizer.ts";

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** Where a calibrated method's encodings lie until they are in their shards. */
const ENCODINGS = ".encodings";
/** Weights in any format; what a checkpoint folder holds beside them is copied. */
const WEIGHTS = /\.(safetensors|safetensors\.index\.json|bin|bin\.index\.json|pth?|gguf|onnx|h5|msgpack)$/;

/**
 * Quantizes the architecture's linear layers of a checkpoint, or the tensors that `--tensors` names, into a folder of the
 * same shards and index; configuration and tokenizer files are copied.
 */
export async function quantizeFolder(
  session: Session,
  input: string,
  quantizer: TensorQuantizer,
  options: QuantizeOptions,
): Promise<void> {
  const { tensors, out } = options;
  await checkNewFolder(out);
  const config = await readModelConfig(input);
  const checkpoint = scaledSource(await openCheckpoint(input), config);
  try {
    if (isPacked(checkpoint)) throw packedInput(input);
    const chosen = await chooseTensors(session, input, config, checkpoint, tensors);
    sayHalvedGroups(
      session,
      input,
      [...chosen].map((name) => checkpoint.info(name)),
      quantizer.groupSize,
    );
    if (!quantizer.calibrates) {
      quantizer.moved = await movedScales(quantizer.step, config, checkpoint, () => session.breathe());
    }
    const shards = await shardFiles(input);
    const openProgress = () =>
      createProgress(session.io, {
        label: "quantize",
        total: chosen.size,
        rate: (perSecond) => `${quantity(perSecond)} tensors/s`,
      });
    let progress: ProgressBar | undefined;
    const done = (name: string) => {
      progress ??= openProgress();
      progress.update(quantizer.tally.tensors, name);
    };
    let totalBytes = 0;
    const weightMap: [tensor: string, shard: string][] = [];
    const packed = new Map<string, PackedDescription>();

    const mirror = async (folder: string, shard: string) => {
      const source = await openSafetensors(join(input, shard));
      try {
        const mirrored = await mirrorTensors(quantizer, source, { names: chosen, weights: checkpoint }, done);
        const { entries, metadata, descriptions } = mirrored;
        for (const { name, dtype, shape } of entries) {
          totalBytes += tensorBytes(dtype, shape);
          weightMap.push([name, shard]);
        }
        for (const [name, description] of descriptions) packed.set(name, description);
        await writeSafetensors(join(folder, shard), entries, metadata);
      } finally {
        await source.close();
      }
    };

    await writeFolder(out, async (folder) => {
      const kept = join(folder, ENCODINGS);
      if (quantizer.calibrates) {
        await mkdir(kept);
        const model = { name: basename(input), dir: input, config, embedded: false };
        const { moved, encoding } = await calibratedEncodings(session, model, quantizer.step, options, kept);
        Object.assign(quantizer, { moved, encoding });
      }
      for (const shard of shards) await mirror(folder, shard);
      if (shards[0] !== SINGLE) await writeIndex(input, folder, totalBytes, packed, weightMap);
      await copyTheRest(input, folder);
      await rm(kept, { recursive: true, force: true });
    }).finally(() => progress?.end());
    if (quantizer.format === "dequantized")
      sayDtype(session, await readFile(join(input, "config.json"), "utf8"), config);
  } finally {
    await checkpoint.close();
  }
}

async function chooseTensors(
  session: Session,
  input: string,
  config: ModelConfig,
  checkpoint: TensorSource,
  pattern: RegExp | undefined,
): Promise<ReadonlySet<string>> {
  const linear = linearTensorNames(config);
  if (pattern) {
    const names = checkpoint.names().filter((name) => pattern.test(name) && isFloatMatrix(checkpoint.info(name)));
    if (names.length === 0) throw noTensorsMatch(input, pattern.source);
    return new Set(names);
  }
  for (const name of linear) if (!checkpoint.has(name)) throw missingLinear(checkpoint.path, name);
  session.note(
    `quantizing the ${linear.length} linear layers; embeddings, norms and lm_head are not quantized, as in the paper`,
  );
  return new Set(linear);
}

/** The files that `openCheckpoint` reads; it has checked them. */
async function shardFiles(input: string): Promise<string[]> {
  if (await stat(join(input, SINGLE)).catch(() => undefined)) return [SINGLE];
  const index = JSON.parse(await readFile(join(input, INDEX), "utf8"));
  return [...new Set(Object.values(index.weight_map as Record<string, string>))].sort();
}

/** The input's index with the new total and the tensors that are there now; for packed matrices also their descriptions. */
async function writeIndex(
  input: string,
  folder: string,
  totalBytes: number,
  packed: ReadonlyMap<string, PackedDescription>,
  weightMap: readonly (readonly [tensor: string, shard: string])[],
): Promise<void> {
  const index = JSON.parse(await readFile(join(input, INDEX), "utf8"));
  const metadata = { ...index.metadata, total_size: totalBytes, ...(packed.size > 0 && packedMetadata(packed)) };
  const written = {
    ...index,
    metadata,
    weight_map: Object.fromEntries([...weightMap].sort(([a], [c]) => (a < c ? -1 : 1))),
  };
  await writeFileAtomic(join(folder, INDEX), `${JSON.stringify(written, null, 2)}\n`);
}

async function copyTheRest(input: string, folder: string): Promise<void> {
  for (const entry of await readdir(input)) {
    if (WEIGHTS.test(entry) || entry.startsWith(".")) continue;
    // Links, as in a download cache, are followed.
    if ((await stat(join(input, entry))).isFile()) await copyFile(join(input, entry), join(folder, entry));
  }
}

/** Other programs round what they load to the type that config.json names. */
function sayDtype(session: Session, config: string, { scaledBlock }: ModelConfig): void {
  const { dtype, torch_dtype: old } = JSON.parse(config);
  if (scaledBlock) {
    session.note("config.json still speaks of 8-bit weights: take its quantization_config out for other programs");
  }
  const named = dtype ?? old;
  if (named !== undefined && named !== "float32") {
    session.note(
      `config.json still says ${named}: load the result as float32 elsewhere, or its values are rounded again`,
    );
  }
}
