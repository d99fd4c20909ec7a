import type { ModelTensor } from "@sinqbench/models";
import type { TensorSource } from "@sinqbench/tensor";
import { readWeights } from "./read-weights.ts";

/** Rows this near to each other are read in one go; a read costs about as much as that many rows. */
const GAP_ROWS = 32;
/** Most rows of one read, so that the buffer stays small whatever the vocabulary. */
const READ_ROWS = 8192;

/**
 * Embeds token ids by reading only the rows they name, each once per call and in file order.
 *
 * @returns one [ids.length, hidden] buffer from `borrow` per list of ids
 */
export async function embed(
  checkpoint: TensorSource,
  embedding: ModelTensor,
  lists: readonly Int32Array[],
  borrow: (length: number) => Float32Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>[]> {
  const hidden = embedding.shape[1]!;
  const places = lists.flatMap((ids, list) => Array.from(ids, (id, position) => ({ id, list, position })));
  places.sort((a, b) => a.id - b.id);
  const out = lists.map((ids) => borrow(ids.length * hidden));
  for (let start = 0; start < places.length; ) {
    const first = places[start]!.id;
    let end = start + 1;
    while (
      end < places.length &&
      places[end]!.id - places[end - 1]!.id <= GAP_ROWS &&
      places[end]!.id - first < READ_ROWS
    ) {
      end++;
    }
    const rows = await readWeights(checkpoint, embedding, [first, places[end - 1]!.id + 1]);
    for (const { id, list, position } of places.slice(start, end)) {
      const row = (id - first) * hidden;
      out[list]!.set(rows.subarray(row, row + hidden), position * hidden);
    }
    start = end;
  }
  return out;
}
