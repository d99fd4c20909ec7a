import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cudaRecipe } from "./cuda/cuda-recipe.ts";
import { inspectCuda } from "./cuda/inspect-cuda.ts";
import { visibleGpus } from "./cuda/visible-gpus.ts";
import { loadKernels } from "./load-kernels.ts";
import { buildLibrary, buildNative, inspectNative } from "./native/build.ts";
import { referenceKernels } from "./reference/reference-kernels.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sinqbench-kernels-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An environment with its own cache and, as compiler, a shell script that counts its compilations. */
function scripted(body: string, cache = join(folder, "cache")): NodeJS.ProcessEnv {
  const script = join(folder, "cxx");
  const version = 'case "$*" in *--version*) echo "Script 1.0"; exit 0;; esac';
  writeFileSync(script, `#!/bin/sh\n${version}\necho run >> ${join(folder, "runs")}\n${body}\n`);
  chmodSync(script, 0o755);
  return { ...process.env, CXX: script, SINQBENCH_CACHE: cache };
}

function runs(): number {
  const path = join(folder, "runs");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

const options = { scheme: "asymmetric", bits: 4, group: 2, zeroLimit: 65_504 } as const;

describe("loadKernels", () => {
  it("falls back to the reference with a notice where no compiler answers", () => {
    const env = { ...process.env, CXX: "/nonexistent/c++", SINQBENCH_CACHE: folder };
    const kernels = loadKernels({ env, prefer: "cpu" });
    expect(kernels.id).toBe("reference");
    expect(kernels.notice).toMatch(/No C\+\+ compiler answered \(\/nonexistent\/c\+\+\): install g\+\+/);
    const weight = Float32Array.of(1, 2, 3, 4);
    expect(kernels.round(weight, 2, 2, options)).toEqual(referenceKernels.round(weight, 2, 2, options));
    expect(inspectNative(env)).toMatchObject({ status: "unavailable", compiler: null, library: null });
  });

  it("gives the reference without a notice to those who ask for it", () => {
    const kernels = loadKernels({ prefer: "reference", env: scripted("exit 1") });
    expect(kernels.id).toBe("reference");
    expect(kernels.notice).toBeUndefined();
    expect(runs()).toBe(0);
  });

  it("remembers a failed build with its log until something of its key changes", () => {
    const env = scripted("echo 'error: no such thing' >&2; exit 1");
    expect(inspectNative(env).status).toBe("absent");
    const { notice } = loadKernels({ env, prefer: "cpu" });
    const attempts = runs();
    expect(attempts).toBeGreaterThan(0);
    const { log, status } = inspectNative(env);
    expect(status).toBe("failed");
    expect(notice).toContain(`Script 1.0 could not build the C++ kernels: see ${log}`);
    expect(readFileSync(log ?? "", "utf8")).toContain("error: no such thing");
    expect(loadKernels({ env, prefer: "cpu" }).notice).toBe(notice);
    expect(runs()).toBe(attempts);
    rmSync(log ?? "");
    loadKernels({ env, prefer: "cpu" });
    expect(runs()).toBe(2 * attempts);
    const other = { ...env, CXX: `${env.CXX} -O0` };
    loadKernels({ env: other, prefer: "cpu" });
    expect(runs()).toBe(3 * attempts);
  });

  it("does not remember a compiler that was stopped", () => {
    const env = scripted("kill -9 $$");
    expect(loadKernels({ env, prefer: "cpu" }).notice).toMatch(/broke off \(.+ was stopped by SIGKILL\)/);
    expect(inspectNative(env).status).toBe("absent");
  });

  it("says when the cache cannot be written", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { notice, id } = loadKernels({ env: scripted("exit 0", file), prefer: "cpu" });
    expect(id).toBe("reference");
    expect(notice).toMatch(/broke off \(.+\): free the disk or set SINQBENCH_CACHE/);
    expect(runs()).toBe(0);
  });

  it("says when the built library cannot be loaded", () => {
    // Writes a text file where the library should be: the argument after -o.
    const env = scripted('while [ "$1" != -o ]; do shift; done; echo no library > "$2"');
    const { notice, id } = loadKernels({ env, prefer: "cpu" });
    expect(id).toBe("reference");
    expect(notice).toMatch(/kernels-.+\.so cannot be used \(.+\): delete it to build it again/);
  });

  it("goes on to flags that a compiler does know", () => {
    const env = scripted('case "$*" in *-fopenmp*) exit 1;; esac; while [ "$1" != -o ]; do shift; done; echo > "$2"');
    const { status, flags } = buildNative(env);
    expect(status).toBe("ready");
    expect(flags).not.toContain("-fopenmp");
    expect(flags).toContain("-march=native");
    expect(runs()).toBe(2);
  });

  it.skipIf(visibleGpus().count > 0)("says why there are no CUDA kernels, and that the C++ ones are left", () => {
    expect(() => loadKernels({ prefer: "cuda", env: scripted("exit 1") })).toThrow(
      expect.objectContaining({
        code: "no-cuda",
        message: expect.stringMatching(/^CUDA kernels are not to be had: .+\. Or use --kernels cpu\.$/),
      }),
    );
  });

  it("builds the CUDA kernels as it does the C++ ones, and remembers a failure", () => {
    const script = scripted("echo 'error: no such thing' >&2; exit 1");
    const env = { ...script, NVCC: script.CXX };
    const recipe = cudaRecipe(env);
    const failed = buildLibrary(recipe, env);
    expect(failed).toMatchObject({ status: "failed", compiler: "Script 1.0" });
    expect(failed.notice).toBe(
      `Script 1.0 could not build the CUDA kernels: see ${failed.log}; delete that file to try again.`,
    );
    const attempts = runs();
    expect(attempts).toBe(recipe.flagVariants.length);
    expect(buildLibrary(recipe, env).log).toBe(failed.log);
    expect(runs()).toBe(attempts);
    const none = { ...env, NVCC: "/nonexistent/nvcc" };
    expect(inspectCuda(none).build).toMatchObject({
      status: "unavailable",
      notice: "No nvcc answered (/nonexistent/nvcc): install the CUDA toolkit, or set NVCC to one.",
    });
  });

  it("rejects a number of threads that is none", () => {
    for (const threads of [0, -1, 1.5, Number.NaN]) {
      expect(() => loadKernels({ threads })).toThrow(expect.objectContaining({ code: "invalid-threads" }));
    }
  });
});

describe.skipIf(inspectNative().compiler === null)("two processes at once", () => {
  it("build into the same cache without harm, and a third finds the library there", async () => {
    const env = { ...process.env, SINQBENCH_CACHE: folder };
    const main = fileURLToPath(new URL("build-main.ts", import.meta.url));
    const build = () =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(process.execPath, ["--import", "tsx", main], { env });
        let output = "";
        child.stdout.on("data", (chunk) => (output += chunk));
        child.stderr.on("data", (chunk) => (output += chunk));
        child.on("error", reject);
        child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
      });
    const said = await Promise.all([build(), build()]);
    for (const line of said) expect(line).toMatch(/^C\+\+ kernels (already )?built with /);
    expect(await build()).toMatch(/^C\+\+ kernels already built with /);
    const left = readdirSync(join(folder, "kernels")).sort();
    expect(left.map((name) => name.replace(/^kernels-[0-9a-f]+/, ""))).toEqual([".log", ".so"]);
    expect(loadKernels({ env, prefer: "cpu" }).id).toBe("cpu");
  }, 180_000);
});
