import { type DType, elementCount, type TensorEntry } from "@sinqbench/tensor";
import type { Encoded } from "../types.ts";

/** What JSON keeps of an encoding: its numbers and words, and `{ "tensor": dtype }` where an array lies in the file. */
export type PackedDescription = { readonly [key: string]: PackedValue };
export type PackedValue =
  | string
  | number
  | boolean
  | readonly number[]
  | { readonly tensor: DType }
  | { readonly [key: string]: PackedValue };

/** An encoding as a safetensors file holds it. */
export interface PackedTensors {
  /** `<name>.codes`, `<name>.scale`, `<name>.zero`, ...: together as many bytes as `storedBytes` says. */
  readonly tensors: readonly TensorEntry[];
  readonly description: PackedDescription;
}

type TypedArray = Float32Array | Uint8Array | Uint16Array | Int32Array;

/**
 * A quantized matrix as tensors and a description, from which `encodedFromTensors` makes the same encoding again.
 *
 * Every array of the encoding becomes a tensor named after the fields that lead to it (a field "data" adds nothing: values of
 * `scale` are `<name>.scale`), whatever fields a method uses. Float16 scales are F16 tensors with their own shape.
 */
export function encodedToTensors(name: string, encoded: Encoded): PackedTensors {
  const tensors: TensorEntry[] = [];
  const describe = (path: string, object: object): PackedDescription => {
    const { shape, dtype } = object as { shape?: readonly number[]; dtype?: string };
    return Object.fromEntries(
      Object.entries(object)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]): [string, PackedValue] => {
          const at = memberPath(path, key);
          if (ArrayBuffer.isView(value)) {
            const data = value as TypedArray;
            const tensor = key === "data" && dtype === "f16" ? "F16" : dtypeOf(data);
            const fits = shape !== undefined && elementCount(shape) === data.length;
            tensors.push({ name: at, dtype: tensor, shape: fits ? shape : [data.length], data });
            return [key, { tensor }];
          }
          const plain = typeof value !== "object" || Array.isArray(value);
          return [key, plain ? value : describe(at, value)];
        }),
    );
  };
  return { description: describe(name, encoded), tensors };
}

/** Name of the tensor that holds the array `key` of what lies at `path`. */
export function memberPath(path: string, key: string): string {
  return key === "data" ? path : `${path}.${key}`;
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Float32Array) return "F32";
  if (values instanceof Int32Array) return "I32";
  return values instanceof Uint16Array ? "U16" : "U8";
}
