import { outerTensors } from "@sinqbench/models";
import { embed } from "./embed.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Stream } from "./stream.ts";

/** Batches whose embedding rows are gathered in one pass over the embedding matrix. */
const EMBED_BATCHES = 16;

/** Fills every chain of a stream with the embedded tokens. */
export async function embedStream({ options, config, checkpoint }: Evaluation, stream: Stream): Promise<void> {
  const { sets, batches, chains, count } = stream;
  const { embedding } = outerTensors(config);
  for (let start = 0; start < batches.length; start += EMBED_BATCHES) {
    options.signal?.throwIfAborted();
    const group = batches.slice(start, start + EMBED_BATCHES);
    const ids = group.map(({ set, firstWindow, length, tokens }) =>
      sets[set]!.ids.subarray(firstWindow * length, firstWindow * length + tokens),
    );
    const embedded = await embed(checkpoint, embedding, ids, (length) => chains.borrow(length));
    for (const [i, states] of embedded.entries()) {
      for (let chain = 1; chain < count; chain++) {
        const copy = chains.borrow(states.length);
        copy.set(states);
        await chains.put(chain, start + i, copy);
      }
      await chains.put(0, start + i, states);
    }
  }
}
