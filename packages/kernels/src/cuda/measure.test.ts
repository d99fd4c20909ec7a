import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildNative, inspectNative } from "../native/build.ts";
import { measureScript } from "./measure-script.ts";
import { emulatedLibrary } from "./testing/emulated.ts";

describe.skipIf(inspectNative().compiler === null)("cuda/measure/measure.sh", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sinqbench-measure-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("checks and times a library and writes both as tables", () => {
    const shapes = join(folder, "shapes.csv");
    writeFileSync(shapes, "model,layer,rows,cols,layers\nQwen/Qwen3-14B,any,40,128,3\nlinear,D64,64,64,1\n");
    const env = {
      ...process.env,
      ...{ CUDA_LIBRARY: emulatedLibrary(), CPU_LIBRARY: `${buildNative().library}`, SHAPES: shapes, EVERY: "12" },
    };
    const { status, stderr } = spawnSync("bash", [measureScript, join(folder, "out")], { encoding: "utf8", env });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const read = (name: string) => readFileSync(join(folder, "out", name), "utf8");
    expect(read("check.txt")).toMatch(/^210 cases, 210 to the bit, .+ 0 failed$/m);
    const markdown = read("measured.md");
    expect(markdown).toContain("emulated GPU");
    // The paper's 20.61 s; the emulation takes a millisecond for everything, three times.
    expect(markdown).toMatch(/^\| round to nearest \| 0\.003 \| .+ \| 20\.61 \|$/m);
    expect(markdown).toMatch(/^\| SINQ, normalization, all 16 iterations \| 0\.003 \| .+ % \| .+ % \| 21\.38 \|$/m);
    const { rows, secondScale } = JSON.parse(read("measured.json"));
    expect(rows).toHaveLength(14);
    // 16-bit weights, 4-bit codes, a scale and a zero a group, three times.
    expect(rows[0]).toMatchObject({
      step: "round to nearest",
      bytes: 3 * (40 * 128 * 2.5 + 80 * 8),
      paperSeconds: 20.61,
    });
    expect(secondScale.map(({ tokens }: { tokens: number }) => tokens)).toEqual([1, 64]);
  }, 240_000);
});
