import { describe, expect, it } from "vitest";
import { buildLibrary } from "../native/build.ts";
import { openCudaLibrary } from "./cuda-library.ts";
import { cudaRecipe } from "./cuda-recipe.ts";
import { agreementChecks } from "./testing/agreement.ts";
import { visibleGpus } from "./visible-gpus.ts";

const gpus = visibleGpus();
const reason = gpus.reason === null ? "" : ` (not run: no GPU, ${gpus.reason})`;

describe.skipIf(gpus.reason !== null)(`CUDA kernels on a GPU${reason}`, () => {
  it("are built", () => {
    expect(buildLibrary(cudaRecipe(process.env), process.env)).toMatchObject({ status: "ready", notice: null });
  }, 300_000);

  it.each(agreementChecks)("$name", ({ run }) => {
    const { library } = buildLibrary(cudaRecipe(process.env), process.env);
    run(openCudaLibrary(`${library}`));
  });
});
