import { blockGraph, outerTensors, ropeTables } from "@sinqbench/models";
import type { Batch } from "./batches.ts";
import { readBlock, type StoredSize, variantWeights } from "./block-weights.ts";
import { embed } from "./embed.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { Weights } from "./read-weights.ts";

/** Batches whose embedding rows are gathered in one pass over the embedding matrix. */
const EMBED_BATCHES = 16;

/** Takes every variant and window through embedding and all blocks; the chains then hold the input of the final norm. */
export async function runBlocks(evaluation: Evaluation): Promise<StoredSize[]> {
  const { options, config, checkpoint, runtime } = evaluation;
  await embedAll(evaluation);
  await addBlockGraphs(evaluation);
  const tables = ropeTablesByLength(evaluation);
  const sizes = options.variants.map(() => ({ bytes: 0, weights: 0 }));
  let spare: NamedTensors = {};
  let next = readBlock(checkpoint, config, 0);
  for (let index = 0; index < config.layers; index++) {
    const block = await next;
    if (index + 1 < config.layers) {
      // Read-ahead: the disk works while the runtime computes. A failure surfaces at the await above.
      next = readBlock(checkpoint, config, index + 1);
      next.catch(() => {});
    }
    for (const [v, variant] of options.variants.entries()) {
      options.signal?.throwIfAborted();
      await runtime.setWeights(variantWeights(options.modelDir, block, variant, options.kernels, spare, sizes[v]!));
      for (const b of evaluation.batches.keys()) {
        await runBlock(evaluation, tables, v, b, `block ${index + 1}/${config.layers} ${variant.id}`);
      }
      spare = await runtime.releaseWeights();
    }
  }
  return sizes;
}

async function embedAll({ options, config, checkpoint, chains, batches }: Evaluation): Promise<void> {
  const { embedding } = outerTensors(config);
  for (let start = 0; start < batches.length; start += EMBED_BATCHES) {
    options.signal?.throwIfAborted();
    const group = batches.slice(start, start + EMBED_BATCHES);
    const ids = group.map(({ set, firstWindow, length, tokens }) =>
      options.sets[set]!.ids.subarray(firstWindow * length, firstWindow * length + tokens),
    );
    const embedded = await embed(checkpoint, embedding, ids, (length) => chains.borrow(length));
    for (const [i, states] of embedded.entries()) {
      for (let variant = 1; variant < options.variants.length; variant++) {
        const copy = chains.borrow(states.length);
        copy.set(states);
        await chains.put(variant, start + i, copy);
      }
      await chains.put(0, start + i, states);
    }
  }
}

async function addBlockGraphs({ options, config, runtime, batches }: Evaluation): Promise<void> {
  const attention = options.attention ?? "auto";
  for (const key of new Set(batches.map(graphKey))) {
    const batch = batches.find((candidate) => graphKey(candidate) === key)!;
    const graph = blockGraph(config, { length: batch.length, batch: batch.windows === 1 ? 1 : "any", attention });
    await runtime.addGraph(key, graph);
  }
}

const graphKey = ({ length, windows }: Batch) => `block of ${length} tokens x ${windows === 1 ? "1" : "n"}`;

type RopeTables = ReadonlyMap<number, ReturnType<typeof ropeTables>>;

function ropeTablesByLength({ config, batches }: Evaluation): RopeTables {
  const lengths = new Set(batches.map((batch) => batch.length));
  return new Map(Array.from(lengths, (length) => [length, ropeTables(config.rope, config.headDim, length)]));
}

async function runBlock(evaluation: Evaluation, ropes: RopeTables, variant: number, index: number, note: string) {
  const { config, chains, meter } = evaluation;
  const batch = evaluation.batches[index]!;
  const { windows, length } = batch;
  const dims = [windows, length, config.hiddenSize];
  const states = await chains.take(variant, index);
  const { cos, sin } = ropes.get(length)!;
  const half = config.headDim / 2;
  const tensors = await runCounted(
    evaluation,
    "blocks",
    graphKey(batch),
    {
      hidden: { type: "float32", data: states, dims },
      cos: { type: "float32", data: cos.slice(), dims: [length, half] },
      sin: { type: "float32", data: sin.slice(), dims: [length, half] },
      last_positions: { type: "int32", data: new Int32Array(windows).fill(length - 1), dims: [windows] },
    },
    { hidden_out: { type: "float32", data: chains.borrow(states.length), dims } },
    meter.block(batch),
    note,
  );
  chains.giveBack(tensors.hidden!.data as Weights);
  await chains.put(variant, index, tensors.hidden_out!.data as Weights);
}
