import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { embeddedModels } from "@sinqbench/embedded";
import { describe, expect, it } from "vitest";
import { embeddedModelOf, modelsAsked } from "./model-words.ts";
import { Session } from "./session.ts";
import { runCaptured } from "./testing/run-captured.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const folder = temporaryFolder();
const [first] = embeddedModels;
const last = embeddedModels[embeddedModels.length - 1];
const meant = (word: string, cwd = folder()) =>
  embeddedModelOf(new Session({ cwd } as ConstructorParameters<typeof Session>[0]), word);

describe("the word for a model that comes along", () => {
  it("is its name or its path, and `embedded` for the first", () => {
    expect(meant("embedded")).toBe(first);
    for (const model of embeddedModels) for (const word of [model.name, model.dir]) expect(meant(word)).toBe(model);
    expect(meant(`./${last.name}`, join(last.dir, ".."))).toBe(last);
    for (const word of ["embeded", `${last.name}/`, `org/${last.name}`, ""]) expect(meant(word)).toBeUndefined();
  });

  it("leaves a folder of that name to its owner, and none to a default", async () => {
    const cwd = join(folder(), "shadowed");
    await mkdir(join(cwd, last.name), { recursive: true });
    await symlink(last.dir, join(cwd, "embedded"));
    expect(meant(last.name, cwd)).toBeUndefined();
    expect(meant("embedded", cwd)).toBe(first);
    expect(modelsAsked(undefined).map((word) => meant(word, cwd))).toEqual(embeddedModels);
    expect(modelsAsked(["a", "b"])).toEqual(["a", "b"]);
    const run = await runCaptured(["eval", last.name, "--dataset", "sotu", "--windows", "1"], { cwd });
    expect(run.err).toContain(join(cwd, last.name, "config.json"));
  });

  it("is suggested for one that is nearly it", async () => {
    const word = `${last.name.slice(0, -1)}_`;
    for (const argv of [
      ["eval", word, "--dataset", "sotu"],
      ["table1", "--model", word],
      ["imbalance", "--model", word],
    ]) {
      const run = await runCaptured(argv, { cwd: folder() });
      expect(run.code).toBe(1);
      expect(run.err).toContain(`${join(folder(), word)}: no such folder; did you mean ${last.name}?`);
    }
    const far = await runCaptured(["eval", "something-else-altogether", "--dataset", "sotu"], { cwd: folder() });
    expect(far.err).not.toContain("did you mean");
    for (const { name } of embeddedModels) expect(far.err).toContain(name);
    const revision = await runCaptured(["eval", last.name, "--revision", "v1", "--dataset", "sotu"], { cwd: folder() });
    expect(revision).toMatchObject({ code: 2 });
    expect(revision.err).toContain(`${last.name} is none`);
  });

  it("is what exp quantize takes too", async () => {
    const flags = ["--method", "rtn", "--bits", "4", "--tensors", "layers\\.0\\.mlp\\.down", "--out", "quantized"];
    const run = await runCaptured(["quantize", last.name, ...flags], { cwd: folder() });
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain("wrote quantized");
  });
});
