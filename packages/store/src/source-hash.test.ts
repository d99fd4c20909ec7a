import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { sourceSha256 } from "./source-hash.ts";
import { temporaryFolder } from "./test-support.ts";

/** Package `top`, which depends on `middle`, which depends on `base`; `other` stands alone. */
async function workspace() {
  const root = await temporaryFolder();
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const needs: Record<string, string[]> = { top: ["middle"], middle: ["base"], base: [], other: [] };
  for (const [name, dependencies] of Object.entries(needs)) {
    const workspaceDependencies = Object.fromEntries(dependencies.map((dependency) => [dependency, "workspace:*"]));
    await write(
      `${name}/package.json`,
      JSON.stringify({ name, dependencies: { left: "1.0", ...workspaceDependencies } }),
    );
    await write(`${name}/src/index.ts`, `export const ${name} = 1;`);
    await write(`${name}/cpu/kernel.cpp`, "int x;");
    for (const dependency of dependencies) {
      await mkdir(join(root, name, "node_modules"), { recursive: true });
      await symlink(join(root, dependency), join(root, name, "node_modules", dependency));
    }
  }
  return { root, write, hash: (...names: string[]) => sourceSha256(names.map((name) => join(root, name))) };
}

it.each(["top/src/index.ts", "middle/src/index.ts", "base/cpu/kernel.cpp", "base/src/deep/new-file.ts"])(
  "a change of %s is another hash",
  async (path) => {
    const { hash, write } = await workspace();
    const before = hash("top");
    await write(path, "changed");
    expect(hash("top")).not.toBe(before);
  },
);

it.each(["other/src/index.ts", "top/src/index.test.ts", "top/src/fixtures/a.json", "top/README.md"])(
  "a change of %s is not",
  async (path) => {
    const { hash, write } = await workspace();
    const before = hash("top");
    await write(path, "changed");
    expect(hash("top")).toBe(before);
  },
);

it("a file that moves is another hash, the order of packages is not", async () => {
  const { hash, write } = await workspace();
  const before = hash("top", "other");
  expect(hash("other", "top")).toBe(before);
  await write("base/src/a.ts", "x");
  const here = hash("top");
  const { hash: there, write: writeThere } = await workspace();
  await writeThere("base/src/b.ts", "x");
  expect(there("top")).not.toBe(here);
});
