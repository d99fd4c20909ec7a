import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Quantizer, QuantizerInfo } from "@sinqbench/quantizer";
import { sourceSha256 } from "@sinqbench/store";

const require = createRequire(import.meta.url);

/** Root of a package of the workspace, from the place of its `src/index.ts`. */
const rootOf = (name: string, from = require) => dirname(dirname(from.resolve(name)));

/**
 * Hash of the code that computes with a quantizer: the evaluator and all it depends on, and the package of the method with
 * its own. A change in one method leaves the results of the others valid. A quantizer that no package of the registry
 * exports counts as all of them.
 */
export class CodeHash {
  private readonly evaluator = rootOf("@sinqbench/evaluate");
  private readonly registry = rootOf("@sinqbench/quantizers");
  private readonly known = new Map<string, string>();
  private packages: Promise<Map<QuantizerInfo, string>> | undefined;

  async of(quantizer: Quantizer | null): Promise<string> {
    if (!quantizer) return this.hash([this.evaluator]);
    this.packages ??= this.exportedQuantizers();
    return this.hash([this.evaluator, (await this.packages).get(quantizer.info) ?? this.registry]);
  }

  private hash(folders: readonly string[]): string {
    const key = folders.join("\n");
    const known = this.known.get(key) ?? sourceSha256(folders);
    this.known.set(key, known);
    return known;
  }

  /** The root of the package that exports a quantizer, by its `info`: one with other options shares it. */
  private async exportedQuantizers(): Promise<Map<QuantizerInfo, string>> {
    const manifest = join(this.registry, "package.json");
    const { dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as { dependencies: Record<string, string> };
    const from = createRequire(manifest);
    const roots = new Map<QuantizerInfo, string>();
    for (const name of Object.keys(dependencies)) {
      const module = (await import(pathToFileURL(from.resolve(name)).href)) as Record<string, Partial<Quantizer>>;
      for (const { info } of Object.values(module)) if (info) roots.set(info, rootOf(name, from));
    }
    return roots;
  }
}
