import { type Kernels, nonFiniteWeight } from "@sinqbench/kernels";
import { BenchError, type Matrix } from "@sinqbench/tensor";
import { flatParts } from "./flat-parts.ts";
import { type RoundRequest, roundGroups, storeScales } from "./round-and-store.ts";
import type { Encoded, QuantizeContext } from "./types.ts";

/**
 * `roundAndStore` for groups that run on across the rows of the row-major matrix; a last group may be shorter (`flatParts` says
 * when).
 *
 * @throws BenchError `non-finite-weight` naming the first NaN or infinity, and those of `storeAux`
 */
export function roundAndStoreFlat(
  weight: Matrix,
  request: Omit<RoundRequest, "normalize">,
  { kernels }: QuantizeContext,
): Encoded {
  const { rows, cols } = weight;
  const { method, group, rounding } = request;
  const { bits, tiling } = request.config;
  const parts = roundParts(weight, request, kernels);
  const scale = joined(parts.map((part) => part.scale));
  const zeros = parts.flatMap((part) => part.zero ?? []);
  const zero = zeros.length > 0 ? joined(zeros) : null;
  return {
    method,
    rows,
    cols,
    bits,
    group,
    tiling,
    grouping: "flat",
    codes: joined(parts.map((part) => part.codes)),
    ...(rounding.levels && { levels: rounding.levels }),
    ...storeScales({ scale, zero }, [scale.length], request),
  };
}

function roundParts({ rows, cols, data }: Matrix, request: RoundRequest, kernels: Kernels) {
  try {
    return flatParts(rows * cols, request.group, request.config.bits).map((part) =>
      roundGroups(
        { rows: part.rows, cols: part.cols, data: data.subarray(...part.weights) },
        { ...request, group: part.cols },
        kernels,
      ),
    );
  } catch (error) {
    if (!(error instanceof BenchError && error.code === "non-finite-weight")) throw error;
    // The kernels saw groups as rows: say where in the matrix it is.
    const at = data.findIndex((value) => !Number.isFinite(value));
    throw nonFiniteWeight(Math.floor(at / cols), at % cols, data[at]);
  }
}

/** The arrays one after another; a single one as it is. */
function joined<T extends Float32Array | Uint8Array>(arrays: readonly T[]): T {
  if (arrays.length === 1) return arrays[0];
  const result = new (arrays[0].constructor as new (length: number) => T)(
    arrays.reduce((n, { length }) => n + length, 0),
  );
  let at = 0;
  for (const array of arrays) {
    result.set(array, at);
    at += array.length;
  }
  return result;
}
