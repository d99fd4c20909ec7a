import type { TensorSource } from "@sinqbench/tensor";
import { damagedPacked } from "../messages.ts";
import type { Encoded } from "../types.ts";
import { memberPath, type PackedDescription, type PackedValue } from "./encoded-tensors.ts";

/**
 * The encoding that `encodedToTensors` stored under `name`. Checks that all its arrays are there and of their type; that they fit
 * together is `checkEncoded`'s.
 *
 * @throws BenchError `damaged-packed` naming file and tensor, and what reading throws
 */
export async function encodedFromTensors(
  source: TensorSource,
  name: string,
  description: PackedDescription,
): Promise<Encoded> {
  const restore = async (path: string, object: PackedDescription): Promise<object> => {
    const entries: [string, unknown][] = [];
    for (const [key, value] of Object.entries(object)) {
      const at = memberPath(path, key);
      if (isTensor(value)) entries.push([key, await readArray(source, name, at, value.tensor)]);
      else if (isObject(value)) entries.push([key, await restore(at, value)]);
      else entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  };
  return (await restore(name, description)) as Encoded;
}

/** Names of the tensors that hold an encoding. */
export function arrayNames(name: string, description: PackedDescription): string[] {
  return Object.entries(description).flatMap(([key, value]) => {
    const at = memberPath(name, key);
    if (isTensor(value)) return [at];
    return isObject(value) ? arrayNames(at, value) : [];
  });
}

async function readArray(source: TensorSource, owner: string, name: string, dtype: string): Promise<ArrayBufferView> {
  if (!source.has(name)) throw damagedPacked(source.path, owner, `its tensor "${name}" is missing`);
  const found = source.info(name).dtype;
  if (found !== dtype) throw damagedPacked(source.path, owner, `its tensor "${name}" is ${found} instead of ${dtype}`);
  // A copy of its own starts where every element type may.
  const { buffer } = Uint8Array.from(await source.readBytes(name));
  if (dtype === "F32") return new Float32Array(buffer);
  if (dtype === "I32") return new Int32Array(buffer);
  if (dtype === "F16" || dtype === "U16") return new Uint16Array(buffer);
  if (dtype === "U8") return new Uint8Array(buffer);
  throw damagedPacked(source.path, owner, `its tensor "${name}" has the type ${dtype}, which no encoding uses`);
}

function isObject(value: PackedValue): value is PackedDescription {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTensor(value: PackedValue): value is { readonly tensor: import("@sinqbench/tensor").DType } {
  return isObject(value) && typeof value.tensor === "string";
}
