import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspectCuda } from "@sinqbench/kernels";
import { describe, expect, it } from "vitest";
import { figures } from "../bench/eval.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

const folder = temporaryFolder();
const readJson = async (name: string) => JSON.parse(await readFile(join(folder(), name), "utf8"));

describe("exp bench", () => {
  it("kernels is what it does by default: a line and a record per step", async () => {
    const flags = ["--size", "128", "--repeats", "1", "--threads", "1", "--json", join(folder(), "kernels.json")];
    const run = await runCaptured(["bench", "--kernels", "cpu", ...flags]);
    expect(run).toMatchObject({ code: 0 });
    const { steps, ...settings } = await readJson("kernels.json");
    expect(settings).toMatchObject({ rows: 128, cols: 128, bits: 4, group: 64, repeats: 1, threads: 1 });
    expect(run.out.trimEnd().split("\n")).toHaveLength(steps.length);
    for (const { step, weightsPerSecond } of steps) {
      expect(run.out).toContain(step);
      expect(weightsPerSecond).toBeGreaterThan(0);
    }
  });

  it("uses the kernels that are asked for, and says where there are none of them", async () => {
    const small = ["bench", "--size", "64", "--repeats", "1"];
    const reference = await runCaptured([...small, "--kernels", "reference"]);
    expect(reference.err).toMatch(/^kernels: TypeScript/m);
    const wrong = await runCaptured([...small, "--kernels", "gpu"]);
    expect(wrong.err).toMatch(/'gpu' is invalid. Allowed choices are cuda, cpu, reference/);
    if (inspectCuda().gpus.reason !== null) {
      const cuda = await runCaptured([...small, "--kernels", "cuda"]);
      expect(cuda).toMatchObject({ code: 1, out: "" });
      expect(cuda.err).toMatch(/CUDA kernels are not to be had: .+\. Or use --kernels cpu\./);
    }
  });

  // Run by hand: its measure of the machine's matrix products takes seconds.
  it("eval says what share of the machine's own rate an evaluation reaches", () => {
    const result = {
      gemmFlops: 200e9,
      blocksFlops: 190e9,
      headFlops: 150e9,
      flops: 180e9,
      shareOfGemm: 0.9,
      runtimeSeconds: 61,
      wallSeconds: 70,
      tokensPerSecond: 1234,
      peakBytes: 1.25e9,
    };
    expect(figures("tiny", 2, result)).toEqual([
      "model           tiny",
      "matrix product  200 GFLOP/s, this machine's float32 rate with 2 threads",
      "blocks          190 GFLOP/s, 95.0 % of it",
      "head            150 GFLOP/s, 75.0 % of it",
      "both            180 GFLOP/s, 90.0 % of it",
      "time            1:10, 1:01 of it inside the runtime",
      "tokens          1.23 k a second, all variants counted",
      "peak memory     1.25 GB",
    ]);
    expect(figures("tiny", 2, { ...result, peakBytes: null }).at(-1)).toContain("not known");
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
