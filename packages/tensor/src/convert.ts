import { bfloat16ToFloat32 } from "./bfloat16.ts";
import type { DType } from "./dtype.ts";
import { float16ToFloat32 } from "./float16.ts";

/** Writes the values of `bytes` (aligned to the element size, little-endian) into `out`. */
export type ToFloat32 = (bytes: Uint8Array, out: Float32Array) => void;

/** The dtypes that read as float32; F64 is rounded to nearest, the rest are exact. */
export const float32Converters: { readonly [D in DType]?: ToFloat32 } = {
  F32: (bytes, out) => out.set(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)),
  F64: (bytes, out) => out.set(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)),
  F16: (bytes, out) => float16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2), out),
  BF16: (bytes, out) => bfloat16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2), out),
};

type IntegerView = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | BigInt64Array | BigUint64Array;

const integerViews: { readonly [D in DType]?: IntegerView & { readonly BYTES_PER_ELEMENT: number } } = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  U32: Uint32Array,
  I32: Int32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
};

/** Whether a dtype reads as int32. */
export function isInteger(dtype: DType): boolean {
  return integerViews[dtype] !== undefined;
}

/**
 * int32 values of little-endian `bytes` of an integer dtype, aligned to the element size.
 *
 * @returns the values, or the index of the first one that does not fit 32 bits
 */
export function toInt32(dtype: DType, bytes: Uint8Array): Int32Array | { readonly badIndex: number } {
  const View = integerViews[dtype]!;
  const values = new View(bytes.buffer, bytes.byteOffset, bytes.byteLength / View.BYTES_PER_ELEMENT);
  if (values instanceof Int32Array) return values;
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    out[i] = Number(value);
    // BigInt against number compares exactly, so a 64-bit value that Number() rounds is seen too.
    if (value < -2147483648 || value > 2147483647) return { badIndex: i };
  }
  return out;
}
