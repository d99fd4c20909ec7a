import { registryChanged } from "../messages.ts";
import type { MethodNames } from "./method-names.ts";

/**
 * The registry's list with a method's import, in the order that the linter wants, and its entry at the end.
 *
 * @param path named in errors
 * @throws BenchError `registry-changed` where the text is not laid out as a list of imports and an array of lines
 */
export function withEntry(path: string, text: string, { variable, packageName }: MethodNames): string {
  const lines = text.split("\n");
  const imports = lines.flatMap((line, at) => {
    const source = /^import .* from "([^"]+)";$/.exec(line)?.[1];
    return source === undefined ? [] : [{ source, at }];
  });
  const start = lines.findIndex((line) => /^export const quantizers\b.*= \[$/.test(line));
  const end = lines.indexOf("];", start);
  if (imports.length === 0 || start < imports[imports.length - 1].at || end < 0) throw registryChanged(path);
  const after = imports.find(({ source }) => source.localeCompare(packageName, "en", { numeric: true }) > 0);
  lines.splice(end, 0, `  ${variable},`);
  lines.splice(after?.at ?? imports[imports.length - 1].at + 1, 0, `import { ${variable} } from "${packageName}";`);
  return lines.join("\n");
}

/**
 * The registry's package.json with a method's package among its dependencies.
 *
 * @throws BenchError `registry-changed`
 */
export function withDependency(path: string, text: string, { packageName }: MethodNames): string {
  const manifest = JSON.parse(text) as { dependencies?: Record<string, string> };
  if (!manifest.dependencies) throw registryChanged(path);
  const dependencies = Object.entries({ ...manifest.dependencies, [packageName]: "workspace:*" });
  dependencies.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...manifest, dependencies: Object.fromEntries(dependencies) }, null, 2)}\n`;
}
