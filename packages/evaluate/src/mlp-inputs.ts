import type { ModelConfig } from "@sinqbench/models";
import type { Batch } from "./batches.ts";
import { type Chains, openChains } from "./chains.ts";
import type { EvaluateOptions } from "./types.ts";

/** Where what routed experts work on is kept: a chain of the MLP's inputs. */
export interface MlpInputs {
  readonly chains: Chains;
  /** Which of the chains. */
  readonly slot: number;
}

/** Chains of MLP inputs [tokens, hidden] for the batches, in memory or in files as hidden states are; null without experts. */
export async function openMlpInputs(
  { chainMemoryBytes, work }: EvaluateOptions,
  { experts, hiddenSize }: ModelConfig,
  batches: readonly Batch[],
  count: number,
): Promise<Chains | null> {
  if (!experts?.blocks.includes(true)) return null;
  const lengths = batches.map(({ tokens }) => tokens * hiddenSize);
  return openChains(count, lengths, chainMemoryBytes, work);
}
