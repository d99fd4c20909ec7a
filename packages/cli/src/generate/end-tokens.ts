import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Token ids that end a text: `eos_token_id` of generation_config.json, or else of config.json; none where neither says. */
export async function endTokens(modelDir: string): Promise<ReadonlySet<number>> {
  for (const name of ["generation_config.json", "config.json"]) {
    const text = await readFile(join(modelDir, name), "utf8").catch(() => "{}");
    const ids = parsed(text);
    if (ids.length > 0) return new Set(ids);
  }
  return new Set();
}

/** A damaged generation_config.json only means that the other file decides; config.json is checked where models are read. */
function parsed(text: string): number[] {
  try {
    return [JSON.parse(text).eos_token_id].flat().filter((id) => Number.isSafeInteger(id));
  } catch {
    return [];
  }
}
