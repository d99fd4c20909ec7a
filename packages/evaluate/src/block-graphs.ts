import { blockGraph, expertGraph, hasExperts } from "@sinqbench/models";
import type { Batch } from "./batches.ts";
import type { BlockPart } from "./block-parts.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Stream } from "./stream.ts";

/** Whether a graph also gives what its linear layers get. */
export type GraphKind = "plain" | "probe";

/** Name of the graph of a part for a batch; that of an expert takes any number of tokens. */
export function graphKey(kind: GraphKind, { expert, routed }: BlockPart, { length, windows }: Batch): string {
  if (expert !== null) return expertKey(kind);
  return denseKey(kind, routed, { length, windows });
}

export const expertKey = (kind: GraphKind) => `${kind} expert`;

const denseKey = (kind: GraphKind, routed: boolean, { length, windows }: Pick<Batch, "length" | "windows">) =>
  `${kind} block${routed ? " with router" : ""} of ${length} tokens x ${windows === 1 ? "1" : "n"}`;

/** Compiles the graphs that the batches of a stream need in the blocks of the model, and those with probes where asked for. */
export async function addBlockGraphs(
  { options, config, runtime }: Evaluation,
  { batches }: Stream,
  kinds: readonly GraphKind[],
): Promise<void> {
  const attention = options.attention ?? "auto";
  const indices = Array.from({ length: config.layers }, (_, index) => index);
  for (const kind of kinds) {
    const probes = kind === "probe";
    for (const routed of [false, true]) {
      const index = indices.find((candidate) => hasExperts(config, candidate) === routed);
      if (index === undefined) continue;
      const shapes = new Map(batches.map((batch) => [denseKey(kind, routed, batch), batch]));
      for (const [key, { length, windows }] of shapes) {
        const batch = windows === 1 ? 1 : "any";
        await runtime.addGraph(key, blockGraph(config, index, { length, batch, attention, probes }));
      }
      if (routed) await runtime.addGraph(expertKey(kind), expertGraph(config, { probes }));
    }
  }
}
