import { BenchError } from "@sinqbench/tensor";
import type { AuxRole, LayerStatistics, QuantizerInfo } from "./types.ts";

const roleNames: Readonly<Record<AuxRole, string>> = {
  scale: "scale",
  zero: "zero point",
  columnScale: "column scale",
};

export function unsupportedBits({ id, bits, bitsNote }: QuantizerInfo, asked: number): BenchError {
  const why = bitsNote ? ` (${bitsNote})` : "";
  return new BenchError(
    "unsupported-bits",
    `${id} is not defined for ${asked} bits${why}; choose --bits ${bits.join(", ")}.`,
  );
}

export function unsupportedTiling({ id, tilings }: QuantizerInfo, asked: string): BenchError {
  return new BenchError("unsupported-tiling", `${id} has no ${asked} tiling; choose --tiling ${tilings.join(" or ")}.`);
}

export function unsupportedAux(asked: string, known: readonly string[]): BenchError {
  return new BenchError(
    "unsupported-aux",
    `Scales and zero points cannot be stored as ${asked}; choose --aux ${known.join(", ")}.`,
  );
}

export function invalidGroupSize(asked: number): BenchError {
  return new BenchError(
    "invalid-group-size",
    `Group size ${asked} is not a positive whole number; choose --group-size 64 or another.`,
  );
}

/** `fitting`: the largest group size that would do, if any does. */
export function groupDoesNotFit(width: number, asked: number, fitting: number | undefined): BenchError {
  const next = fitting === undefined ? "leave this tensor in full precision" : `choose --group-size ${fitting}`;
  return new BenchError(
    "group-does-not-fit",
    `Group size ${asked} cannot be halved to 16 or more so that it divides ${width} columns; ${next}.`,
  );
}

/** Groups that run on across rows must fill the matrix. */
export function flatGroupDoesNotFit(rows: number, cols: number, asked: number): BenchError {
  return new BenchError(
    "group-does-not-fit",
    `Group size ${asked} does not divide the ${rows * cols} weights of a ${rows} x ${cols} matrix; choose a --group-size that does.`,
  );
}

/** Not an error: what a command tells its user when the halving rule took effect. */
export function groupHalved(width: number, asked: number, group: number): string {
  return `group size ${asked} does not divide ${width} columns: halved to ${group}, as the published code does`;
}

/** An option outside its range; `expected` completes "must be". */
export function invalidOption(method: string, name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-option", `${method}: option ${name} is ${value} and must be ${expected}.`);
}

export function weightShape(rows: number, cols: number, length: number): BenchError {
  return new BenchError(
    "weight-shape",
    `Weight of ${rows} x ${cols} comes with ${length} values; a quantizer takes a matrix of two positive sizes and all its values.`,
  );
}

/** A value beyond what its storage holds; `index` counts in the row-major `shape`. */
export function auxOverflow(
  role: AuxRole,
  value: number,
  shape: readonly number[],
  index: number,
  precision: "f16" | "f32",
): BenchError {
  const across = shape[shape.length - 1];
  const next =
    precision === "f16"
      ? "use --aux f32"
      : "the weight spans more than float32 can hold: scale it down before quantizing";
  return new BenchError(
    "aux-overflow",
    `The ${roleNames[role]} ${value} at [${Math.floor(index / across)}, ${index % across}] does not fit ${precision}; ${next}.`,
  );
}

export function auxNotDivisible(count: number, members: number): BenchError {
  return new BenchError(
    "aux-not-divisible",
    `8-bit scales are stored ${members} to a range, and ${count} scales do not divide by ${members}; use --aux f16 or a group size that gives a multiple.`,
  );
}

/** A weight of a block that no rule for moving scales covers. */
export function unknownBlockTensor(name: string): BenchError {
  return new BenchError(
    "unknown-block",
    `Scales cannot be moved in a block with ${name}: what feeds it is not known; choose a method without a block step, such as sinq or rtn.`,
  );
}

export function unknownRows(source: string, weight: string): BenchError {
  return new BenchError(
    "unknown-block",
    `Scales cannot be moved from ${weight} into ${source}: their sizes differ; choose a method without a block step, such as sinq or rtn.`,
  );
}

const statisticNames: Readonly<Record<keyof LayerStatistics, string>> = {
  tokens: "the number of tokens",
  meanAbs: "mean |x|",
  std: "standard deviations",
  rows: "sample rows",
  secondMoment: "second moments",
};

/** A calibrated method without calibration. */
export function missingStatistics(method: string, missing: readonly (keyof LayerStatistics)[]): BenchError {
  const what = missing.map((name) => statisticNames[name]).join(" and ");
  return new BenchError(
    "missing-statistics",
    `${method} needs ${what} of the layer's inputs; pass --calibration TEXT for a model, --activations FILE:TENSOR for a matrix.`,
  );
}

/** Statistics of another layer's inputs. */
export function statisticsShape(
  method: string,
  name: keyof LayerStatistics,
  found: number,
  expected: number,
): BenchError {
  return new BenchError(
    "statistics-shape",
    `${method}: ${statisticNames[name]} of ${found} inputs come with a weight of ${expected} columns; pass those of this layer.`,
  );
}

/** An activation that is NaN or infinite. */
export function nonFiniteActivation(row: number, col: number, value: number): BenchError {
  return new BenchError(
    "non-finite-activation",
    `Activation at row ${row}, column ${col} is ${value}: calibration needs finite inputs; check the model or the file they come from.`,
  );
}

/** A packed checkpoint that no reader should trust; `problem` completes "its quantized matrix NAME cannot be decoded: ...". */
export function damagedPacked(path: string, name: string, problem: string): BenchError {
  return new BenchError(
    "damaged-packed",
    `${path}: its quantized matrix ${name} cannot be decoded: ${problem}; write it again with exp quantize --format packed.`,
  );
}

/** The description as a whole; `problem` completes "PATH ...". */
export function damagedPackedDescription(path: string, problem: string): BenchError {
  return new BenchError("damaged-packed", `${path} ${problem}; write it again with exp quantize --format packed.`);
}
