import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

const folder = temporaryFolder();
const readJson = async (name: string) => JSON.parse(await readFile(join(folder(), name), "utf8"));

describe("exp bench", () => {
  it("kernels is what it does by default: a line and a record per step", async () => {
    const flags = ["--size", "128", "--repeats", "1", "--threads", "1", "--json", join(folder(), "kernels.json")];
    const run = await runCaptured(["bench", ...flags]);
    expect(run).toMatchObject({ code: 0 });
    const { steps, ...settings } = await readJson("kernels.json");
    expect(settings).toMatchObject({ rows: 128, cols: 128, bits: 4, group: 64, repeats: 1, threads: 1 });
    expect(run.out.trimEnd().split("\n")).toHaveLength(steps.length);
    for (const { step, weightsPerSecond } of steps) {
      expect(run.out).toContain(step);
      expect(weightsPerSecond).toBeGreaterThan(0);
    }
  });

  it("eval says what share of the machine's own rate an evaluation reaches", async () => {
    const model = await makeTinyModel(folder(), "tiny");
    const flags = ["--windows", "1", "--methods", "bf16,rtn", "--json", join(folder(), "eval.json")];
    const run = await runCaptured(["bench", "eval", model, ...flags]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^model +tiny, 2 variants, 1 x 32 random tokens$/m);
    expect(run.out).toMatch(/^both +.*FLOP\/s, \d+\.\d % of it$/m);
    const result = await readJson("eval.json");
    expect(result.shareOfGemm).toBeCloseTo(result.flops / result.gemmFlops, 12);
  });

  it("refuses what it cannot run in one line", async () => {
    const refused = [
      await runCaptured(["bench", "kernel"]),
      await runCaptured(["bench", "kernels", "--size", "63"]),
      await runCaptured(["bench", "eval", join(folder(), "absent")]),
    ];
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 1]);
    for (const { notes } of refused) expect(notes.at(-1)).toMatch(/^error: /);
  });
});
