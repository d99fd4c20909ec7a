import { packedBytes } from "@sinqbench/kernels";

/** A run of equal groups: a matrix with a group in every row. */
export interface FlatPart {
  readonly rows: number;
  /** Size of its groups. */
  readonly cols: number;
  /** Where its weights, its packed codes and its groups begin and end among those of the matrix. */
  readonly weights: readonly [from: number, to: number];
  readonly bytes: readonly [from: number, to: number];
  readonly groups: readonly [from: number, to: number];
}

/**
 * A flattened matrix of `count` weights as matrices of one group a row: the whole groups, then a shorter last one. The whole groups'
 * codes must end on a byte where there is a last one: `bits * group` is then a multiple of 8, and bits are not 3.
 */
export function flatParts(count: number, group: number, bits: number): FlatPart[] {
  const whole = Math.floor(count / group);
  const end = whole * group;
  const part = (rows: number, cols: number, from: number, first: number): FlatPart => ({
    rows,
    cols,
    weights: [from, from + rows * cols],
    bytes: [packedBytes(from, bits), packedBytes(from, bits) + packedBytes(rows * cols, bits)],
    groups: [first, first + rows],
  });
  return [...(whole > 0 ? [part(whole, group, 0, 0)] : []), ...(end < count ? [part(1, count - end, end, whole)] : [])];
}
