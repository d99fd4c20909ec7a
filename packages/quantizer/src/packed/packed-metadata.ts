import { damagedPackedDescription } from "../messages.ts";
import type { PackedDescription } from "./encoded-tensors.ts";

/** Key of a safetensors file's metadata, or of a sharded checkpoint's index, under which its quantized matrices are described. */
const KEY = "sinqbench.packed";
const VERSION = 1;

/** Metadata of a file that holds packed matrices, described by the names they had. */
export function packedMetadata(descriptions: ReadonlyMap<string, PackedDescription>): Record<string, string> {
  const tensors = Object.fromEntries([...descriptions].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { [KEY]: JSON.stringify({ version: VERSION, tensors }) };
}

/** Whether a file or checkpoint says that it holds packed matrices. */
export function isPacked({ metadata }: { readonly metadata: Readonly<Record<string, string>> }): boolean {
  return Object.hasOwn(metadata, KEY);
}

/** @throws BenchError `damaged-packed` */
export function readPackedMetadata(
  path: string,
  metadata: Readonly<Record<string, string>>,
): ReadonlyMap<string, PackedDescription> {
  let value: { version?: unknown; tensors?: unknown };
  try {
    value = JSON.parse(metadata[KEY]);
  } catch {
    throw damagedPackedDescription(path, "describes its quantized matrices in something that is not JSON");
  }
  if (value?.version !== VERSION) {
    throw damagedPackedDescription(path, `is packed in version ${value?.version} of the format, not ${VERSION}`);
  }
  const { tensors } = value;
  const entries = typeof tensors === "object" && tensors !== null ? Object.entries(tensors) : [];
  if (entries.length === 0 || entries.some(([, entry]) => typeof entry !== "object" || entry === null)) {
    throw damagedPackedDescription(path, "says that it is packed and describes no matrix");
  }
  return new Map(entries);
}
