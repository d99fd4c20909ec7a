import { join } from "node:path";
import { openSafetensors, sha256Hex, writeSafetensors } from "@sinqbench/tensor";

/** Token ids that were computed before. */
export interface TokenCache {
  /** The ids kept under a key, or those that `make` makes, which are then kept. */
  ids(key: readonly string[], make: () => Int32Array | Promise<Int32Array>): Promise<Int32Array>;
}

/** Keeps nothing. */
export const noTokenCache: TokenCache = { ids: async (_, make) => make() };

/**
 * A cache of one .safetensors file a key, tensor `input_ids`, in `folder`, which is made when it is needed. Files appear
 * whole; one that cannot be read or written counts as absent, since the ids can always be made again.
 */
export function fileTokenCache(folder: string): TokenCache {
  return {
    ids: async (key, make) => {
      const path = join(folder, `${sha256Hex(JSON.stringify(key))}.safetensors`);
      const kept = await readIds(path).catch(() => undefined);
      if (kept !== undefined) return kept;
      const ids = await make();
      await writeSafetensors(path, [{ name: "input_ids", dtype: "I32", shape: [ids.length], data: ids }], {
        sha256: sha256Hex(ids),
      }).catch(() => {});
      return ids;
    },
  };
}

async function readIds(path: string): Promise<Int32Array | undefined> {
  const file = await openSafetensors(path);
  try {
    const ids = await file.readInt32("input_ids");
    return sha256Hex(ids) === file.metadata.sha256 ? ids : undefined;
  } finally {
    await file.close();
  }
}
