import type { Kernels, Rounded, RoundOptions, SinkhornOptions } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import type { Rounding } from "./roundings.ts";
import { storeAux } from "./store-aux.ts";
import type { Encoded, QuantizeConfig, QuantizeContext } from "./types.ts";
import { zeroLimit } from "./zero-limit.ts";

/** How a matrix is rounded and stored. */
export interface RoundRequest {
  /** Method id that the encoding will carry. */
  readonly method: string;
  readonly config: Omit<QuantizeConfig, "groupSize">;
  /** Group size in force; divides the columns. */
  readonly group: number;
  readonly rounding: Rounding;
  /** Scales to divide by first; the column scale is then stored beside the codes. */
  readonly normalize?: NonNullable<RoundOptions["normalize"]>;
  /** In place of `normalize`: how to find such scales (SINQ, Algorithm 1). */
  readonly sinkhorn?: SinkhornOptions;
}

/**
 * Rounds a matrix and stores what decoding needs: the step that every method ends with.
 *
 * Codes follow from the float32 scales; scales and zeros are stored in their precision afterwards, as the published code does.
 * A rounding without zeros stores one for all groups.
 *
 * @throws BenchError `non-finite-weight` naming the first NaN or infinity, and those of `storeAux`
 */
export function roundAndStore(weight: Matrix, request: RoundRequest, { kernels }: QuantizeContext): Encoded {
  const { rounded, normalize } = normalizeAndRound(weight, request, kernels);
  const { rows, cols } = weight;
  const { method, group, rounding } = request;
  const { bits, tiling, aux } = request.config;
  return {
    method,
    rows,
    cols,
    bits,
    group,
    tiling,
    codes: rounded.codes,
    ...(rounding.levels && { levels: rounding.levels }),
    ...storeScales(rounded, [rows, cols / group], request),
    ...(normalize && {
      columnScale: storeAux(normalize.columnScale, [Math.ceil(rows / normalize.tileRows), cols], aux, "columnScale"),
      columnScaleRows: normalize.tileRows,
    }),
  };
}

/** The rounded matrix, with the scales it was normalized by where it was. */
function normalizeAndRound(weight: Matrix, request: RoundRequest, kernels: Kernels) {
  const { sinkhorn, normalize } = request;
  if (!sinkhorn) return { rounded: roundGroups(weight, request, kernels), normalize };
  const { rows, cols, data } = weight;
  const { tileRows, tileCols } = sinkhorn;
  const { scheme, levels } = request.rounding;
  if (scheme === "hqq") {
    const scales = { ...kernels.sinkhorn(data, rows, cols, sinkhorn), tileRows, tileCols };
    return { rounded: roundGroups(weight, { ...request, normalize: scales }, kernels), normalize: scales };
  }
  const options = { ...gridOf(request), scheme, ...(levels && { levels }) };
  const rounded = kernels.sinkhornRound(data, rows, cols, sinkhorn, options);
  return { rounded, normalize: { ...rounded, tileRows, tileCols } };
}

/** Codes, scales and zeros of a matrix, not yet in the precision they are stored in. */
export function roundGroups({ rows, cols, data }: Matrix, request: RoundRequest, kernels: Kernels): Rounded {
  const { group, config, normalize } = request;
  const { scheme, levels, solver } = request.rounding;
  const common = { ...gridOf(request), ...(normalize && { normalize }) };
  return scheme === "hqq"
    ? kernels.hqq(data, rows, cols, { ...common, ...solver!, tileRows: config.tiling === "1d" ? rows : group })
    : kernels.round(data, rows, cols, { ...common, scheme, ...(levels && { levels }) });
}

function gridOf({ config: { bits, aux }, group }: RoundRequest) {
  return { bits, group, zeroLimit: zeroLimit(aux) };
}

/** Scales and zeros as they are stored; `shape` is that of the groups. */
export function storeScales(
  { scale, zero }: Pick<Rounded, "scale" | "zero">,
  shape: readonly number[],
  { config: { bits, aux }, rounding }: RoundRequest,
): Pick<Encoded, "scale" | "zero"> {
  const shared = rounding.scheme === "symmetric" ? 2 ** (bits - 1) - 1 : 0;
  return {
    scale: storeAux(scale, shape, aux, "scale"),
    zero: zero ? storeAux(zero, shape, aux, "zero") : storeAux(Float32Array.of(shared), [1], aux, "zero"),
  };
}
