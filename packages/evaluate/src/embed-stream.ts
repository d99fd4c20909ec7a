import { outerTensors } from "@sinqbench/models";
import { embed } from "./embed.ts";
import type { Evaluation } from "./evaluation.ts";
import type { ChainKind } from "./resume/run-state.ts";
import { batchesOf, type Stream } from "./stream.ts";

/** Batches whose embedding rows are gathered in one pass over the embedding matrix. */
const EMBED_BATCHES = 16;

/** Fills the chains of a stream that have passed no block yet with the embedded tokens. */
export async function embedStream(
  { options, config, checkpoint, state }: Evaluation,
  stream: Stream,
  kind: ChainKind,
): Promise<void> {
  const { sets, batches, chains, count } = stream;
  const { embedding } = outerTensors(config);
  const fresh = Array.from({ length: count }, (_, chain) => chain).filter((chain) => state.done(kind, chain) === 0);
  const takers = batches.map((): number[] => []);
  for (const chain of fresh) for (const batch of batchesOf(stream, chain)) takers[batch]!.push(chain);
  const wanted = Array.from(batches.keys()).filter((batch) => takers[batch]!.length > 0);
  for (let start = 0; start < wanted.length; start += EMBED_BATCHES) {
    options.signal?.throwIfAborted();
    const group = wanted.slice(start, start + EMBED_BATCHES);
    const ids = group.map((batch) => {
      const { set, firstWindow, length, tokens } = batches[batch]!;
      return sets[set]!.ids.subarray(firstWindow * length, firstWindow * length + tokens);
    });
    const embedded = await embed(checkpoint, embedding, ids, (length) => chains.borrow(length));
    for (const [i, states] of embedded.entries()) {
      const [first, ...others] = takers[group[i]!]!;
      for (const chain of others) {
        const copy = chains.borrow(states.length);
        copy.set(states);
        await chains.put(chain, group[i]!, copy);
      }
      await chains.put(first!, group[i]!, states);
    }
  }
}
