import { float16ToFloat32, float32ToFloat16 } from "@sinqbench/tensor";
import { decodeDynamic8 } from "./aux-dynamic8.ts";
import { decodeU8, encodeU8 } from "./aux-u8.ts";
import { auxNotDivisible, auxOverflow } from "./messages.ts";
import type { Aux, AuxPrecision, AuxRole } from "./types.ts";

const MAX_FLOAT16 = 65504;
const MAX_FLOAT32 = 3.4028234663852886e38;
/** Scales that share a range in 8 bits. */
const SCALES_PER_RANGE = 32;

/**
 * Auxiliary values in the precision they are kept in; `shape` is row-major.
 *
 * "u8" is the published code's 8-bit form (38144fc): n scales in n / 32 interleaved ranges of 32 members each, so that the
 * members of a range lie n / 32 apart; all zeros in one range; column scales stay the float32 that they are.
 *
 * @throws BenchError `aux-overflow` (a value that f16, or f32 itself, cannot hold), `aux-not-divisible` (u8 scales whose number
 * is no multiple of 32)
 */
export function storeAux(values: Float32Array, shape: readonly number[], precision: AuxPrecision, role: AuxRole): Aux {
  const limit = precision === "f16" ? MAX_FLOAT16 : MAX_FLOAT32;
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]) <= limit)) {
      throw auxOverflow(role, values[i], shape, i, precision === "f16" ? "f16" : "f32");
    }
  }
  if (precision === "f16") return { dtype: "f16", shape, data: float32ToFloat16(values) };
  if (precision === "f32" || role === "columnScale") return { dtype: "f32", shape, data: values };
  if (role === "zero") return { dtype: "u8", shape, ...encodeU8(values, 1) };
  if (values.length % SCALES_PER_RANGE !== 0) throw auxNotDivisible(values.length, SCALES_PER_RANGE);
  return { dtype: "u8", shape, ...encodeU8(values, values.length / SCALES_PER_RANGE) };
}

/** float32 values of stored auxiliary values, row-major. */
export function loadAux(aux: Aux): Float32Array {
  if (aux.dtype === "f32") return aux.data;
  if (aux.dtype === "dynamic8") return decodeDynamic8(aux);
  return aux.dtype === "f16" ? float16ToFloat32(aux.data) : decodeU8(aux);
}
