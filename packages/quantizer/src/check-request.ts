import type { Matrix } from "@sinqbench/tensor";
import { invalidGroupSize, unsupportedAux, unsupportedBits, unsupportedTiling, weightShape } from "./messages.ts";
import type { AuxPrecision, QuantizeConfig, QuantizerInfo } from "./types.ts";

const auxPrecisions: readonly AuxPrecision[] = ["f32", "f16", "u8"];

/**
 * Checks what a quantizer is asked for against what it is defined for. The group's fit to the width is `effectiveGroup`'s.
 *
 * @throws BenchError `unsupported-bits`, `invalid-group-size`, `unsupported-tiling`, `unsupported-aux`
 */
export function checkConfig(info: QuantizerInfo, config: QuantizeConfig): void {
  if (!info.bits.includes(config.bits)) throw unsupportedBits(info, config.bits);
  if (!Number.isSafeInteger(config.groupSize) || config.groupSize < 1) throw invalidGroupSize(config.groupSize);
  if (!info.tilings.includes(config.tiling)) throw unsupportedTiling(info, config.tiling);
  if (!auxPrecisions.includes(config.aux)) throw unsupportedAux(config.aux, auxPrecisions);
}

/** @throws BenchError `weight-shape` unless the matrix has rows, columns and one value for each place */
export function checkWeight({ rows, cols, data }: Matrix): void {
  const counts = Number.isSafeInteger(rows) && Number.isSafeInteger(cols) && rows > 0 && cols > 0;
  if (!counts || data.length !== rows * cols) throw weightShape(rows, cols, data.length);
}
