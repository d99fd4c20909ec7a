import { headGraph, outerTensors } from "@sinqbench/models";
import type { RowRange } from "@sinqbench/tensor";
import { type Evaluation, runCounted } from "./evaluation.ts";
import { Losses, targetColumns } from "./losses.ts";
import { readAhead, readWeights, type Weights } from "./read-weights.ts";
import { batchesOf } from "./stream.ts";

/**
 * Rows of lm_head in memory at a time. With 2048 tokens the logits of a slice take 64 MiB, and the matrix product runs as
 * fast as with all rows.
 */
export const HEAD_ROWS = 8192;

/**
 * Final norm, lm_head and loss of every variant, lm_head read once in slices; an interrupted run continues after the last slice
 * that all variants have seen. Losses per variant, then per set.
 */
export async function runHead(evaluation: Evaluation): Promise<Float32Array[][]> {
  const { options, config, checkpoint, runtime, stream, meter, state } = evaluation;
  const { chains, batches } = stream;
  const { norm, head } = outerTensors(config);
  await runtime.addGraph("head", headGraph(config));
  const losses = options.variants.map(() => new Losses(options.sets));
  const normWeights = await readWeights(checkpoint, norm);
  const rowsRead = options.headRows ?? HEAD_ROWS;
  const slice = (first: number): RowRange => [first, Math.min(first + rowsRead, config.vocabSize)];
  let ahead = Promise.resolve();
  for (let first = await keptRows(evaluation, losses); first < config.vocabSize; first += rowsRead) {
    await ahead;
    const data = await readWeights(checkpoint, head, slice(first));
    const rows = data.length / config.hiddenSize;
    const end = first + rows;
    if (end < config.vocabSize) ahead = readAhead(checkpoint, [head], slice(end));
    await runtime.setWeights({
      norm: { type: "float32", data: normWeights.slice(), dims: norm.shape },
      head: { type: "float32", data, dims: [rows, config.hiddenSize] },
    });
    for (const [v, variant] of options.variants.entries()) {
      for (const b of batchesOf(stream, v)) {
        const batch = batches[b]!;
        const states = await chains.take(v, b);
        const dims = [batch.tokens, 1];
        const column = targetColumns(options.sets[batch.set]!, batch, first, end);
        const tensors = await runCounted(
          evaluation,
          "head",
          "head",
          {
            hidden: { type: "float32", data: states, dims: [batch.tokens, config.hiddenSize] },
            column: { type: "int64", data: column, dims },
          },
          {
            logit: { type: "float32", data: new Float32Array(batch.tokens), dims },
            log_share: { type: "float32", data: new Float32Array(batch.tokens), dims },
          },
          meter.head(batch, rows),
          `lm_head ${end}/${config.vocabSize} ${variant.id}`,
        );
        losses[v]!.add(batch, tensors.logit!.data as Weights, tensors.log_share!.data as Weights, first, end);
        await chains.restore(v, b, tensors.hidden!.data as Weights);
      }
    }
    await runtime.releaseWeights();
    const parts = losses.flatMap((loss) => loss.save());
    if (end < config.vocabSize) await state.keepHead(end, parts);
  }
  return losses.map((loss) => loss.finish());
}

/** Takes up the losses that an earlier run kept; returns the rows of lm_head in them. */
async function keptRows({ state, meter, stream }: Evaluation, losses: readonly Losses[]): Promise<number> {
  const kept = await state.head();
  if (!kept) return 0;
  let at = 0;
  for (const [v, loss] of losses.entries()) {
    at += loss.load(kept.bytes.subarray(at));
    for (const b of batchesOf(stream, v)) meter.skip(meter.head(stream.batches[b]!, kept.rows));
  }
  return kept.rows;
}
