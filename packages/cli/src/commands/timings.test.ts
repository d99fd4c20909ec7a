import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import { readProductTimesCsv, readQuantizationTimesCsv } from "@sinqbench/report";
import { beforeAll, describe, expect, it } from "vitest";
import { openModelFolder } from "../model-folder.ts";
import { Session } from "../session.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";
import { timeMethod } from "../timings/time-method.ts";
import { chooseVariants } from "../variants.ts";

const folder = temporaryFolder();
let model: string;

beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
});

/** Weights of two blocks: q 64 x 64, k and v 32 x 64, o 64 x 64, gate, up and down 96 x 64. */
const WEIGHTS = 2 * (64 * 64 * 3 + 3 * 96 * 64);

describe("exp table10", () => {
  it("times every method of the paper, with calibration for those that need it, in its order", async () => {
    const out = join(folder(), "ten");
    const run = await runCaptured(["table10", "--model", model, "--calibration-windows", "4", "--out", out]);
    expect(run).toMatchObject({ code: 0 });
    const rows = await readQuantizationTimesCsv(join(out, "table10", "tiny.csv"));
    expect(rows.map((row) => row.method)).toEqual(["rtn", "hqq", "gptq", "awq", "asinq", "sinq"]);
    expect(run.out.split("\n").filter(Boolean).length).toBe(6);
    for (const row of rows) {
      expect(row).toMatchObject({ weights: WEIGHTS, repeats: 3, bits: 4, group_size: 64 });
      const calibrated = ["gptq", "awq", "asinq"].includes(row.method);
      expect(row.calibration).toBe(calibrated ? "4 x 32 tokens of moby-dick" : null);
      expect([row.calibration_seconds > 0, row.statistics_seconds > 0]).toEqual([calibrated, calibrated]);
      expect(row.seconds > 0 && row.seconds_std !== null && row.times_rtn !== null).toBe(true);
    }
    // A random model of no paper: factors of its table, and no seconds.
    const markdown = await readFile(join(out, "table10", "tiny.md"), "utf8");
    expect(markdown).toMatch(/\| 4 \| GPTQ \|.+\| 62.68 \|/);
    expect(markdown).not.toContain("paper: seconds");
  });

  it("takes methods, bits and repeats", async () => {
    const out = join(folder(), "other");
    const choice = ["--methods", "bf16,sinq:iterations=2,rtn", "--bits", "3", "--repeats", "1", "--group-size", "32"];
    expect(await runCaptured(["table10", "--model", model, ...choice, "--out", out])).toMatchObject({ code: 0 });
    const rows = await readQuantizationTimesCsv(join(out, "table10", "tiny.csv"));
    expect(
      rows.map((row) => [row.method, row.options, row.bits, row.group_size, row.repeats, row.seconds_std]),
    ).toEqual([
      ["sinq", "iterations=2", 3, 32, 1, null],
      ["rtn", null, 3, 32, 1, null],
    ]);
  });

  it("counts one method call for every matrix and repeat, and a block step for every block", async () => {
    const session = new Session({ cwd: folder(), env: {}, signal: new AbortController().signal } as never);
    const opened = await openModelFolder(session, model);
    const settings = { bits: [4], groupSize: 64, tiling: "1d", aux: "f16" } as const;
    const seconds = async (method: string) => {
      const [variant] = chooseVariants({ ...settings, methods: [method] }, () => {});
      // A clock that says one second more each time it is asked.
      let time = 0;
      const request = {
        model: opened,
        variant,
        calibration: undefined,
        kernels: loadKernels(),
        threads: 1,
        repeats: 2,
      };
      return (await timeMethod(session, request, () => time++)).seconds;
    };
    expect(await seconds("rtn")).toEqual([14, 14]);
    const [first, second] = await seconds("sinq-no-overhead");
    expect(first).toBe(second);
    // Each of the two block steps asks the clock twice for every tensor that it reads, which is taken off by half.
    expect(first).toBeGreaterThan(14 + 2);
  });
});

describe("exp table5", () => {
  it("times a product without and with the second scale for every size", async () => {
    const out = join(folder(), "five");
    const sizes = ["--widths", "512,1024", "--rows", "1,3", "--pairs", "3"];
    const run = await runCaptured(["table5", ...sizes, "--threads", "1", "--out", out]);
    expect(run).toMatchObject({ code: 0 });
    const rows = await readProductTimesCsv(join(out, "table5", "linear.csv"));
    expect(rows.map((row) => [row.width, row.tokens, row.pairs, row.threads, row.group_size])).toEqual([
      [512, 1, 3, 1, 64],
      [512, 3, 3, 1, 64],
      [1024, 1, 3, 1, 64],
      [1024, 3, 3, 1, 64],
    ]);
    for (const row of rows) {
      expect(row.overhead_low <= row.overhead_percent && row.overhead_percent <= row.overhead_high).toBe(true);
      const bytes = row.width ** 2 * (0.5 + 8 / 64) + 8 * row.tokens * row.width;
      expect(row.gigabytes_per_second * row.plain_ms * 1e6).toBeGreaterThan(0.999 * bytes);
      expect(row.gigabytes_per_second * row.plain_ms * 1e6).toBeLessThan(1.001 * bytes);
      expect(row.share_of_copy).toBeGreaterThan(0);
    }
    expect(run.out).toMatch(/^512 x 512, 1 row of inputs: .+ ms, .+ ms with the second scale: .+ % \(.+ to .+\)$/m);
    expect(await readFile(join(out, "table5", "linear.md"), "utf8")).toMatch(
      /\| 1024 x 1024 \| 1 \|.+\| 1.8 \| \d+ \|/,
    );
  });

  it("leaves out with the reference kernels what would take minutes, and says so", async () => {
    const out = join(folder(), "slow");
    const run = await runCaptured([
      "--kernels",
      "reference",
      "table5",
      "--widths",
      "512,2048",
      "--rows",
      "1",
      "--out",
      out,
    ]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.err).toContain("2048 x 2048, 1 row of inputs: left out");
    const rows = await readProductTimesCsv(join(out, "table5", "linear.csv"));
    expect(rows.map((row) => [row.width, row.pairs])).toEqual([[512, 7]]);
  });

  it("refuses a width that groups do not divide", async () => {
    expect(await runCaptured(["table5", "--widths", "100"])).toMatchObject({ code: 2 });
  });
});
