import type { Kernels } from "./types.ts";

/** `sinkhornRound` of kernels that do not have it in one. */
export function sinkhornThenRound({ sinkhorn, round }: Pick<Kernels, "sinkhorn" | "round">): Kernels["sinkhornRound"] {
  return (weight, rows, cols, options, rounding) => {
    const scales = sinkhorn(weight, rows, cols, options);
    const { tileRows, tileCols } = options;
    return { ...scales, ...round(weight, rows, cols, { ...rounding, normalize: { ...scales, tileRows, tileCols } }) };
  };
}
