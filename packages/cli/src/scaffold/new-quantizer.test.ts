import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { quantizers } from "@sinqbench/quantizers";
import { beforeEach, describe, expect, it } from "vitest";
import { Session } from "../session.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type NewQuantizerPlace, newQuantizer } from "./new-quantizer.ts";

const execute = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, "../../../..");
const REGISTRY = "packages/quantizers/registry";
const LIST = `${REGISTRY}/src/quantizers.ts`;

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), "repository", ...names);

/** What a checkout has, as far as a new package touches it. */
beforeEach(async () => {
  await rm(at(), { recursive: true, force: true });
  for (const name of [".gitignore", "biome.json", "tsconfig.base.json", LIST, `${REGISTRY}/package.json`]) {
    await cp(join(REPOSITORY, name), at(name));
  }
  await mkdir(at("packages/tools"));
  await writeFile(at("packages/tools/package.json"), '{\n  "name": "@sinqbench/toolbox"\n}\n');
});

async function create(name: string, write: NewQuantizerPlace["write"] = writeFile): Promise<string> {
  let out = "";
  const io = { env: {}, cwd: folder(), signal: new AbortController().signal };
  const session = new Session({ ...io, stdout: { write: (text) => (out += text) }, stderr: { write: () => {} } });
  await newQuantizer(session, name, { root: at(), write });
  return out;
}

async function everyFile(): Promise<Record<string, string>> {
  const entries = await readdir(at(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])));
}

describe("exp new quantizer", () => {
  it("writes a package that type-checks, passes the conformance suite and leaves the linter nothing to say", async () => {
    await create("my-method");
    const home = at("packages/quantizers/my-method");
    expect((await readdir(home)).sort()).toEqual(
      ["README.md", "package.json", "src", "tsconfig.json", "turbo.json", "vitest.config.ts"].sort(),
    );
    // The links that an installation would make.
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
    const packages: Record<string, string> = {
      "@sinqbench/kernels": "packages/kernels",
      "@sinqbench/quantizer": "packages/quantizer",
      "@sinqbench/test-settings": "packages/test-settings",
    };
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      const link = join(home, "node_modules", name);
      await mkdir(join(link, ".."), { recursive: true });
      await symlink(join(REPOSITORY, packages[name] ?? join("packages/cli/node_modules", name)), link);
    }
    const run = (bin: string, ...args: string[]) => execute(join(REPOSITORY, bin), args, { cwd: home });
    await run("packages/cli/node_modules/.bin/tsc", "-p", ".");
    const tests = await run("packages/cli/node_modules/.bin/vitest", "run", "--reporter=json");
    const report = JSON.parse(tests.stdout.slice(tests.stdout.indexOf("{")));
    expect(report).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 });
    expect(report.numPassedTests).toBeGreaterThan(50);
    await execute(join(REPOSITORY, "node_modules/.bin/biome"), ["ci", "packages"], { cwd: at() });
  });

  it.each(["a", "zz-9", "nf10", "a-name-of-24-characterss"])(
    "leaves lines as the linter wants for %s",
    async (name) => {
      await create(name);
      await execute(join(REPOSITORY, "node_modules/.bin/biome"), ["ci", "packages"], { cwd: at() });
    },
  );

  it("registers the method after all others, its import and dependency in order", async () => {
    const out = await create("my-method");
    const list = await readFile(at(LIST), "utf8");
    expect(list).toMatch(/\n {2}myMethod,\n\];\n$/);
    const imports = [...list.matchAll(/^import .* from "(.*)";$/gm)].map(([, source]) => source);
    expect(imports).toContain("@sinqbench/my-method");
    expect(imports).toEqual([...imports].sort());
    const { dependencies } = JSON.parse(await readFile(at(REGISTRY, "package.json"), "utf8"));
    expect(dependencies["@sinqbench/my-method"]).toBe("workspace:*");
    expect(Object.keys(dependencies)).toEqual(Object.keys(dependencies).sort());
    expect(out).toContain("exp table1 --methods rtn,my-method --windows 4");
    await create("other");
    expect(await readFile(at(LIST), "utf8")).toMatch(/\n {2}myMethod,\n {2}other,\n\];\n$/);
  });

  it.each([
    ["My-Method", "bad-method-name"],
    ["my_method", "bad-method-name"],
    ["my--method", "bad-method-name"],
    ["-mine", "bad-method-name"],
    ["mine-", "bad-method-name"],
    ["4bit", "bad-method-name"],
    ["../mine", "bad-method-name"],
    ["", "bad-method-name"],
    ["a-name-of-25-characters-x", "bad-method-name"],
    ["class", "bad-method-name"],
    ["load-kernels", "bad-method-name"],
    ["bf16", "method-name-taken"],
    ["rtn-sym", "method-name-taken"],
    ["hadamard-gptq", "method-name-taken"],
    ["registry", "method-name-taken"],
    ["toolbox", "method-name-taken"],
  ])("refuses %j and changes nothing", async (name, code) => {
    const before = await everyFile();
    await expect(create(name)).rejects.toMatchObject({ code });
    expect(await everyFile()).toEqual(before);
  });

  it("refuses a registry that it cannot extend, and changes nothing", async () => {
    const list = await readFile(at(LIST), "utf8");
    await writeFile(at(LIST), list.replace(/\n\];/, "]"));
    const before = await everyFile();
    await expect(create("my-method")).rejects.toMatchObject({ code: "registry-changed" });
    expect(await everyFile()).toEqual(before);
    await rm(at(LIST));
    await expect(create("my-method")).rejects.toMatchObject({ code: "not-a-checkout" });
  });

  it.each([1, 2])("takes everything back when write %i to the registry fails", async (failing) => {
    const before = await everyFile();
    let writes = 0;
    const write = async (path: string, text: string) => {
      writes += 1;
      if (writes === failing) throw new Error("no space");
      await writeFile(path, text);
    };
    await expect(create("my-method", write)).rejects.toThrow("no space");
    expect(writes).toBeGreaterThanOrEqual(failing);
    expect(await everyFile()).toEqual(before);
  });

  it("says what is wrong in one line, with the exit code of a mistyped command", async () => {
    const known = quantizers[0].info.id;
    const run = await runCaptured(["new", "quantizer", known]);
    expect(run).toMatchObject({ code: 2, out: "", notes: [`error: ${known} is a method; choose another name.`] });
  });
});
