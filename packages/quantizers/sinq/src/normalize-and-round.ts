import {
  type Encoded,
  type QuantizeConfig,
  type QuantizeContext,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import type { SinqOptions } from "./sinq-options.ts";

/** How a matrix is normalized, rounded and stored. */
export interface NormalizeRequest {
  /** Method id that the encoding will carry. */
  readonly method: string;
  readonly config: Omit<QuantizeConfig, "groupSize">;
  /** Group size in force; divides the columns. It is also the width of a tile, and its height with 2D tiling. */
  readonly group: number;
  readonly options: SinqOptions;
}

/**
 * SINQ (paper, section 2 and Algorithm 1): balances the standard deviations of the rows and columns of every tile, W / t / u,
 * and rounds the result; W ~ s * (Q - z) * t with s the rounding's scale times u.
 *
 * weight: float32 [out, in]. With 2D tiling and rows that the group does not divide, the last tiles are shorter.
 */
export function normalizeAndRound(weight: Matrix, request: NormalizeRequest, context: QuantizeContext): Encoded {
  const { method, config, group, options } = request;
  const { rounding, kurtosisLimit: _, ...sinkhorn } = options;
  const tile = { tileRows: config.tiling === "1d" ? weight.rows : group, tileCols: group };
  const normalized = { rounding: roundings[rounding], sinkhorn: { ...sinkhorn, ...tile } };
  return roundAndStore(weight, { method, config, group, ...normalized }, context);
}
