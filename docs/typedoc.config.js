import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Folders of packages that have a public surface: every `src/index.ts` below packages/, and the experiments. */
const folders = ["packages", "packages/quantizers"]
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`))
  .filter((folder) => existsSync(join(ROOT, folder, "src/index.ts")));

const packageName = (folder) => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).name;

/** The API reference from the docstrings: a public name without one, or a link that leads nowhere, is an error. */
export default {
  name: "sinqbench",
  entryPoints: [...folders.map((folder) => `../${folder}/src/index.ts`), "../experiments/index.ts"],
  tsconfig: "tsconfig.json",
  out: "api",
  readme: "../README.md",
  includeVersion: false,
  disableSources: true,
  excludeExternals: true,
  // "[rows, cols]: ..." at the head of a docstring is a shape, which markdown takes for the definition of a link.
  validation: { notDocumented: true, notExported: false, invalidLink: true, invalidPath: false },
  requiredToBeDocumented: ["Function", "Class", "Interface", "TypeAlias", "Variable", "Enum"],
  packagesRequiringDocumentation: [...folders.map(packageName), packageName("experiments")],
  treatValidationWarningsAsErrors: true,
  // Types are checked by the compiler that the project uses.
  skipErrorChecking: true,
  logLevel: "Warn",
};
