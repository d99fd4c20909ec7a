import { basename, extname } from "node:path";
import { openSafetensors, sha256File, sha256Hex } from "@sinqbench/tensor";
import type { EvaluationInput } from "./evaluation-input.ts";
import { badTokenRows, badWindowLimit, negativeToken } from "./messages.ts";
import { protocolName } from "./protocol-name.ts";

/**
 * Windows of a token file: the rows of its integer tensor `input_ids` [windows, length], scored as they stand; with a limit the
 * first or the last ones.
 *
 * @throws BenchError `bad-token-rows`, `negative-token`, `bad-window-limit`, and those of reading a safetensors file
 */
export async function tokensFileInput(
  path: string,
  { limit, keep = "start" }: { readonly limit?: number | undefined; readonly keep?: "start" | "end" } = {},
): Promise<EvaluationInput> {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) throw badWindowLimit(limit);
  const name = basename(path, extname(path));
  const file = await openSafetensors(path);
  try {
    const { shape } = file.info("input_ids");
    const [whole, length] = shape;
    if (shape.length !== 2 || whole < 1 || length < 2) throw badTokenRows(path, shape);
    const count = Math.min(whole, limit ?? whole);
    const first = keep === "start" ? 0 : whole - count;
    const ids = await file.readInt32("input_ids", [first, first + count]);
    const negative = ids.findIndex((id) => id < 0);
    if (negative >= 0) throw negativeToken(path, first * length + negative, ids[negative]);
    return {
      name,
      label: name,
      protocol: protocolName("rows", count, whole, keep),
      protocolSha256: sha256Hex("rows"),
      windows: { name, length, count, ids, firstScored: 1 },
      textSha256: await sha256File(path),
      tokensSha256: sha256Hex(ids),
    };
  } finally {
    await file.close();
  }
}
