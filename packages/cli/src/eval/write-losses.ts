import type { VariantResult, WindowSet } from "@sinqbench/evaluate";
import { writeSafetensors } from "@sinqbench/tensor";

const EXTENSION = ".safetensors";

/**
 * Writes per-token losses as `nll`, F32 [windows, length - 1], in nats: to `path` for one variant, else to one file per
 * variant whose id goes before the extension. Returns the paths.
 */
export async function writeLosses(
  path: string,
  { count, length }: WindowSet,
  results: readonly VariantResult[],
): Promise<string[]> {
  const stem = path.endsWith(EXTENSION) ? path.slice(0, -EXTENSION.length) : path;
  const paths: string[] = [];
  for (const { variant, nll } of results) {
    const file = results.length === 1 ? path : `${stem}.${variant.id}${EXTENSION}`;
    await writeSafetensors(file, [{ name: "nll", dtype: "F32", shape: [count, length - 1], data: nll[0] }], {
      variant: variant.id,
    });
    paths.push(file);
  }
  return paths;
}
