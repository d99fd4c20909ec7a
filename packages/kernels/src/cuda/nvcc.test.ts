import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cudaRecipe } from "./cuda-recipe.ts";

const recipe = cudaRecipe(process.env);
const reason = recipe.compiler ? "" : " (not run: no nvcc)";

describe.skipIf(!recipe.compiler)(`CUDA kernels under nvcc${reason}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sinqbench-nvcc-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // One architecture and little optimization: that is what takes nvcc long.
  it.each(recipe.inputs.map((path) => [basename(path), path]))(
    "compile without a warning: %s",
    (_, path) => {
      const warnings = ["-Xcompiler", "-Wall,-Wextra,-Wno-unknown-pragmas,-Werror", "-Werror", "all-warnings"];
      const flags = ["-std=c++17", "--fmad=false", "-arch=sm_90", "-Xptxas", "-O1", ...warnings];
      const [program, ...leading] = recipe.compiler?.command ?? [];
      const args = [...leading, ...flags, "-c", path, "-o", join(folder, "unit.o")];
      const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
    240_000,
  );
});
