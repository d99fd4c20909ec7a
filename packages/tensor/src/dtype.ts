/**
 * Bits of one element of every dtype that the safetensors format names, in the format's own order (its writers lay
 * tensors out by descending position in this list, so that each starts at a multiple of its element size).
 */
export const dtypeBits = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** Element type of a stored tensor, spelled as in a safetensors header. */
export type DType = keyof typeof dtypeBits;

/** Whether `value` is a dtype of the safetensors format. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(dtypeBits, value);
}

/** Number of elements of `shape`; NaN when a dimension is not a whole number >= 0 or the product exceeds 2^53. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return Number.NaN;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : Number.NaN;
}

/** Bytes of a tensor; NaN when the shape is impossible or a sub-byte dtype does not fill its last byte. */
export function tensorBytes(dtype: DType, shape: readonly number[]): number {
  const bytes = (elementCount(shape) * dtypeBits[dtype]) / 8;
  return Number.isSafeInteger(bytes) ? bytes : Number.NaN;
}
