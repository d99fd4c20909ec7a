import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { sha256Hex } from "@sinqbench/tensor";
import { canonicalJson } from "./canonical-json.ts";

/** What a package holds that cannot change a result. */
const NOT_CODE = /^(node_modules|fixtures|dist|README\.md|turbo\.json|tsconfig\.json|vitest\.config\.ts)$|\.test\.ts$/;

/**
 * sha256 over the source of packages and of every workspace package that they depend on: one changed byte of code that computes
 * is another hash. Their dependencies from outside are named in `package.json`, which counts too.
 *
 * @param folders roots of packages of the workspace
 */
export function sourceSha256(folders: readonly string[]): string {
  const packages = new Map<string, string>();
  for (const folder of folders) addWithDependencies(realpathSync(folder), packages);
  return sha256Hex(canonicalJson([...packages].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function addWithDependencies(folder: string, packages: Map<string, string>): void {
  const { name, dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  if (packages.has(name)) return;
  packages.set(name, folderSha256(folder));
  for (const [dependency, version] of Object.entries(dependencies ?? {})) {
    if (version.startsWith("workspace:")) {
      addWithDependencies(realpathSync(join(folder, "node_modules", dependency)), packages);
    }
  }
}

function folderSha256(folder: string): string {
  const files = sourceFiles(folder).map((path): [string, string] => [
    relative(folder, path).replaceAll("\\", "/"),
    sha256Hex(readFileSync(path)),
  ]);
  return sha256Hex(canonicalJson(files.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_CODE.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sourceFiles(path) : entry.isFile() ? [path] : [];
    });
}
