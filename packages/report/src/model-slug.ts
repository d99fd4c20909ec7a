import { sha256Hex } from "@sinqbench/tensor";

const MAX_SLUG = 100;

/**
 * A model's name as a file name: "Qwen/Qwen3-1.7B" is "Qwen--Qwen3-1.7B" (so that two organisations' models of one name
 * stay apart; hub ids hold no "--"), a folder is its last segment. Names that are cut or have characters replaced get a
 * hash, so that they cannot meet another.
 */
export function modelSlug(model: string): string {
  const segments = model.split(/[/\\]+/).filter((part) => part !== "" && part !== "." && part !== "..");
  const hubId = /^[^/\\.][^/\\]*\/[^/\\]+$/.test(model);
  const name = hubId ? segments.join("--") : (segments.at(-1) ?? "model");
  const safe = name
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, MAX_SLUG);
  return safe === name ? safe : `${safe}-${sha256Hex(name).slice(0, 8)}`;
}
