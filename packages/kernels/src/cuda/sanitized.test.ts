import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectNative } from "../native/build.ts";
import { emulatedLibrary, emulationCompiler } from "./testing/emulated.ts";

const source = fileURLToPath(new URL("../../cuda/measure/check.cpp", import.meta.url));
const sanitizers = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];

describe.skipIf(inspectNative().compiler === null)("CUDA kernels, emulated under sanitizers", () => {
  let folder: string;
  let library: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sinqbench-cuda-"));
    library = emulatedLibrary(true);
    const [program, ...leading] = emulationCompiler().command;
    const flags = [...leading, "-std=c++17", "-Wall", "-Wextra", "-Werror", ...sanitizers];
    const built = spawnSync(program, [...flags, source, "-o", join(folder, "check"), "-ldl"], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(`${built.stderr}`);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    // Memory that is kept for the next call is no leak.
    const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" };
    const { status, stdout, stderr } = spawnSync(join(folder, "check"), [library, ...args], { encoding: "utf8", env });
    return { status, said: `${stdout}${stderr}` };
  };

  it("touch no memory that is not theirs, and agree with the plain ones", () => {
    const { status, said } = run("none", "12");
    expect(said).toMatch(/^106 cases, 106 to the bit, least share of equal codes 1.000000, 0 failed$/m);
    expect(said).not.toMatch(/AddressSanitizer: |runtime error/);
    expect(status).toBe(0);
  }, 240_000);

  it("are looked at: a word beyond shared memory is noticed", () => {
    const { status, said } = run("fault", "5");
    expect(said).toMatch(/AddressSanitizer: heap-buffer-overflow/);
    expect(status).not.toBe(0);
  });
});
