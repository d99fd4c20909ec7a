import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Name and version of the tokenizers library: another version may give other ids. */
export function libraryVersion(): string {
  const name = "@huggingface/tokenizers";
  // Its package.json is not among its exports.
  const entry = createRequire(import.meta.url).resolve(name);
  const { version } = JSON.parse(
    readFileSync(`${entry.slice(0, entry.lastIndexOf(name))}${name}/package.json`, "utf8"),
  );
  return `${name} ${version}`;
}
