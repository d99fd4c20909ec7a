import { blockTensors, ropeTables } from "@sinqbench/models";
import { readBlock, type StoredSize, variantWeights } from "./block-weights.ts";
import { Calibration } from "./calibration.ts";
import { embedStream } from "./embed-stream.ts";
import type { Evaluation } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import { readAhead } from "./read-weights.ts";
import { addBlockGraphs, type RopeTables, runBlock } from "./run-block.ts";
import type { Stream } from "./stream.ts";

/** Takes every variant and window through embedding and all blocks; the chains then hold the input of the final norm. */
export async function runBlocks(evaluation: Evaluation): Promise<StoredSize[]> {
  const { options, config, checkpoint, runtime, stream } = evaluation;
  await embedStream(evaluation, stream);
  await addBlockGraphs(evaluation, stream, ["block"]);
  const ropes = ropeTablesByLength(evaluation);
  const calibration = await Calibration.start(evaluation, ropes);
  const sizes = options.variants.map(() => ({ bytes: 0, weights: 0 }));
  let spare: NamedTensors = {};
  let ahead = Promise.resolve();
  for (let index = 0; index < config.layers; index++) {
    await ahead;
    const block = await readBlock(checkpoint, config, index);
    if (index + 1 < config.layers) ahead = readAhead(checkpoint, blockTensors(config, index + 1));
    const name = `block ${index + 1}/${config.layers}`;
    await calibration?.observeOriginal(block, name);
    for (const [v, variant] of options.variants.entries()) {
      options.signal?.throwIfAborted();
      const statistics = await calibration?.statistics(v, block, name);
      const size = sizes[v]!;
      const { modelDir, kernels } = options;
      await runtime.setWeights(variantWeights({ model: modelDir, block, variant, kernels, spare, size, statistics }));
      if (index + 1 < config.layers) await calibration?.advance(v, name);
      for (const batch of stream.batches.keys()) {
        await runBlock(evaluation, { stream, ropes, chain: v, batch, note: `${name} ${variant.id}` });
      }
      spare = await runtime.releaseWeights();
    }
  }
  return sizes;
}

function ropeTablesByLength({ config, stream, calibration }: Evaluation): RopeTables {
  const batches = [stream, calibration].flatMap((each: Stream | null) => each?.batches ?? []);
  const lengths = new Set(batches.map((batch) => batch.length));
  return new Map(Array.from(lengths, (length) => [length, ropeTables(config.rope, config.headDim, length)]));
}
