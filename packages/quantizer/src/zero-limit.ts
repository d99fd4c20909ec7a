import type { AuxPrecision } from "./types.ts";

const MAX_FLOAT32 = 3.4028234663852886e38;
/** Up to here float16 holds every whole number. */
const EXACT_IN_FLOAT16 = 2048;

/**
 * Largest |zero point| that a group may have before the kernels give it a coarser scale (`RoundOptions.zeroLimit`).
 *
 * A zero point grows without bound where a group lies far from 0 against its spread, as a constant group does. float32 takes
 * the published rule as far as it goes. float16 would overflow at 65504, and is no better than the coarser scale long
 * before: beyond 2048 its zero points step by 2 and more, an error of |w| / 4096 that the scale |w|max / 2048 does not exceed.
 * 8-bit zero points share one range over the whole matrix, so that a single huge one would take the precision of all.
 */
export function zeroLimit(aux: AuxPrecision): number {
  return aux === "f32" ? MAX_FLOAT32 : EXACT_IN_FLOAT16;
}
