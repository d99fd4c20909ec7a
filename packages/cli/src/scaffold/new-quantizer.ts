import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantizers } from "@sinqbench/quantizers";
import { isMethodId } from "@sinqbench/report";
import { BenchError, writeFileAtomic } from "@sinqbench/tensor";
import { writeFolder } from "../files/write-folder.ts";
import { cannotWrite, methodNameTaken, notACheckout } from "../messages.ts";
import type { Session } from "../session.ts";
import { methodFiles } from "./method-files.ts";
import { methodNames } from "./method-names.ts";
import { withDependency, withEntry } from "./register-method.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const METHODS = join("packages", "quantizers");
const LIST = join(METHODS, "registry", "src", "quantizers.ts");
const MANIFEST = join(METHODS, "registry", "package.json");

export interface NewQuantizerPlace {
  readonly root: string;
  readonly write: (path: string, text: string) => Promise<void>;
}

/**
 * Writes the package of a new method and registers it: all of it, or nothing.
 *
 * @param at the repository, and what replaces its files; others in tests
 * @throws UsageError `bad-method-name`, `method-name-taken`; BenchError `not-a-checkout`, `registry-changed`, `cannot-write`
 */
export async function newQuantizer(
  session: Session,
  name: string,
  { root, write }: NewQuantizerPlace = { root: REPOSITORY, write: writeFileAtomic },
): Promise<void> {
  const names = methodNames(name);
  await checkFree(root, names.id);
  const list = await readRegistry(root, LIST);
  const manifest = await readRegistry(root, MANIFEST);
  const changed = [
    { path: join(root, LIST), before: list, after: withEntry(join(root, LIST), list, names) },
    { path: join(root, MANIFEST), before: manifest, after: withDependency(join(root, MANIFEST), manifest, names) },
  ];
  const folder = join(root, METHODS, names.id);
  await writeFolder(folder, (temporary) => writeFiles(temporary, methodFiles(names)));
  try {
    for (const { path, after } of changed) await write(path, after);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    for (const { path, before } of changed) {
      if ((await readFile(path, "utf8")) !== before) await write(path, before);
    }
    throw error;
  }
  const shown = join(METHODS, names.id);
  session.print(`wrote ${shown} and registered it in ${LIST}`);
  session.print("");
  session.print("It starts as round to nearest, and passes the conformance suite. Next:");
  session.print(`  npx -y pnpm@10 exp table1 --methods rtn,${names.id} --windows 4 --out out`);
  session.print(`  change quantize() in ${join(shown, "src", `${names.id}.ts`)}`);
  session.print(`  npx -y pnpm@10 --filter ${names.packageName} test`);
  session.print("The first command also links the package, which changes pnpm-lock.yaml: commit that with it.");
}

/** No package, method or published method may have the name: a table would show one for the other. */
async function checkFree(root: string, id: string): Promise<void> {
  if (id === "bf16" || quantizers.some(({ info }) => info.id === id)) throw methodNameTaken(id, "is a method");
  if (isMethodId(id)) throw methodNameTaken(id, "is a published method, beside whose numbers a new one must not stand");
  if (existsSync(join(root, METHODS, id))) throw methodNameTaken(id, `has a folder ${join(METHODS, id)}`);
  for (const parent of ["packages", METHODS, "."]) {
    for (const entry of await readdir(join(root, parent)).catch(() => [])) {
      const text = await readFile(join(root, parent, entry, "package.json"), "utf8").catch(() => undefined);
      if (text !== undefined && JSON.parse(text).name === `@sinqbench/${id}`) {
        throw methodNameTaken(id, `is the name of the package in ${join(parent, entry)}`);
      }
    }
  }
}

function readRegistry(root: string, path: string): Promise<string> {
  return readFile(join(root, path), "utf8").catch(() => {
    throw notACheckout(join(root, path));
  });
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    for (const [path, text] of files) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  } catch (error) {
    throw error instanceof BenchError ? error : cannotWrite(folder, error);
  }
}
