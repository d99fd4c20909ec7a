import { groupDoesNotFit, groupHalved, invalidGroupSize } from "./messages.ts";

/** Smallest group that the published code quantizes with. */
const MIN_GROUP = 16;

/** The group size in force for a matrix. */
export interface EffectiveGroup {
  /** Weights along a row that share a scale. */
  readonly group: number;
  /** What to tell the user when it is not the group size asked for. */
  readonly notice?: string;
}

/**
 * Group size in force for a matrix of `width` columns: while the requested one does not divide the width and is at least 16, it
 * is halved (rounding down); the published SINQ code's rule (38144fc).
 *
 * @throws BenchError `invalid-group-size` (not a positive whole number), `group-does-not-fit` (the rule ends below 16)
 */
export function effectiveGroup(width: number, requested: number): EffectiveGroup {
  if (!Number.isSafeInteger(requested) || requested < 1) throw invalidGroupSize(requested);
  let group = requested;
  while (width % group !== 0 && group >= MIN_GROUP) group = Math.floor(group / 2);
  if (group < MIN_GROUP) throw groupDoesNotFit(width, requested, largestFitting(width, requested));
  return group === requested ? { group } : { group, notice: groupHalved(width, requested, group) };
}

/** Largest divisor of the width from 16 to the requested size; above it, the smallest; undefined where there is none. */
function largestFitting(width: number, requested: number): number | undefined {
  for (let group = Math.min(width, requested); group >= MIN_GROUP; group--) if (width % group === 0) return group;
  for (let group = Math.max(requested, MIN_GROUP); group <= width; group++) if (width % group === 0) return group;
  return undefined;
}
