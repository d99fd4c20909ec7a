import type { Tallies } from "../tallies.ts";
import type { EvaluateOptions } from "../types.ts";
import { KeptState } from "./kept-state.ts";
import { type ChainLayout, passingState } from "./passing-state.ts";
import type { ChainKind, RunState } from "./run-state.ts";

/** The state of a run: in its work folder, with what an earlier one left there, or one that ends with it. */
export async function openState(
  options: EvaluateOptions,
  tallies: Tallies,
  layouts: Readonly<Record<ChainKind, ChainLayout>>,
): Promise<RunState> {
  const { work: folder } = options;
  if (folder === undefined) return passingState(layouts, options.chainMemoryBytes);
  const sums = [...tallies.sizes, ...tallies.unreached];
  return KeptState.open({ folder, plan: planText(options, layouts), layouts, sums });
}

/** What states in a folder must be of. The folder is the caller's for one model and one content of the sets. */
function planText(
  { variants, sets, calibration, takes }: EvaluateOptions,
  layouts: Readonly<Record<ChainKind, ChainLayout>>,
): string {
  return JSON.stringify({
    variants: variants.map(({ id }, v) => [id, sets.map((_, s) => takes?.(v, s) ?? true)]),
    sets: [...sets, ...(calibration ? [calibration] : [])].map(({ length, count }) => [length, count]),
    layouts,
  });
}
