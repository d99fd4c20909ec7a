import { experiments, table10 } from "@sinqbench/experiments";
import { modelTensors } from "@sinqbench/models";
import { type Experiment, publishedRows } from "@sinqbench/report";
import { beforeAll, describe, expect, it } from "vitest";
import { paperModel, paperModelIds } from "../paper-models.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";
import type { PlannedModel } from "./find-model.ts";
import { planLines } from "./plan-lines.ts";

const folder = temporaryFolder();
const offline = { env: { HF_HUB_OFFLINE: "1", HF_HOME: "/nonexistent" } };
const plan = (...argv: string[]) => runCaptured(["plan", ...argv], offline);

describe("exp plan", () => {
  it("counts the windows of a model on the disk, and has nothing to download", async () => {
    const model = await makeTinyModel(folder(), "tiny");
    await addTinyTokenizer(model);
    const run = await plan("table4", "--model", model, "--windows", "3", "--calibration-windows", "2");
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^tiny: .* parameters, \d+ variants$/m);
    expect(run.out).toMatch(
      /^ {2}windows +3 x 32 tokens of moby-dick, 3 x 32 tokens of sotu, 2 x 32 tokens of moby-dick$/m,
    );
    expect(run.out).toMatch(/^ {2}download +nothing, it is here$/m);
    expect(run.out).toMatch(/^ {2}quantizing .* and the calibrated methods' searches$/m);
    expect(run.out).not.toContain("experts");
  });

  it("knows the paper's models without a network, by expert and by window too", async () => {
    const run = await plan("table13", "--paper", "--methods", "rtn", "--bits", "4");
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(
      /DeepSeek-V2\.5: 236 G parameters, 2 variants\n {2}windows +146 x 2048 tokens of wikitext2, 256 x/,
    );
    expect(run.out).toMatch(/^ {2}download +471 GB to download$/m);
    expect(run.out).toMatch(/^ {2}experts .* moved expert by expert, .* by \d+ windows at a time; the evaluator/m);
  });

  it.each([
    [2, /no experiment is called "tabel1"\. Did you mean table1\?/, ["tabel1"]],
    [1, /org\/unknown at main: HF_HUB_OFFLINE is set/, ["table1", "--model", "org/unknown"]],
    [1, /no such folder/, ["table1", "--model", "/nonexistent/x"]],
    [2, /--paper.*--model|--model.*--paper/, ["table1", "--paper", "--model", "x"]],
  ])("ends with %i and one line: %s", async (code, message, argv) => {
    const run = await plan(...argv);
    expect(run.code).toBe(code);
    expect(run.notes.filter((line) => line.startsWith("error: "))).toEqual([expect.stringMatching(message)]);
  });
});

describe("plan lines", () => {
  const about = {
    model: { name: "m", config: {}, downloadBytes: 0, storedBytes: 3e9, local: undefined } as unknown as PlannedModel,
    windows: { sets: [{ name: "a", count: 2, length: 8 }], calibration: undefined },
    variants: 3,
    calibrated: false,
    plan: {
      parameters: 1.5e9,
      readBytes: 1,
      flops: 8e14,
      linearWeights: 1e9,
      diskBytes: 5e9,
      peakBytes: 2e9,
      experts: { expertMajor: 4e12, windowMajor: 1e12, windowsPerBatch: 7 },
    },
    rates: { gemm: 1e11, quantizing: 7.2e-6 },
    threads: 2,
    freeMemory: 1e9,
    work: { folder: "/cache/work", free: 4e9 },
  };

  it("say hours, and what is too small", () => {
    expect(planLines(about)).toEqual([
      "m: 1.50 G parameters, 3 variants",
      "  windows     2 x 8 tokens of a",
      "  download    nothing, it is here",
      "  read        3 GB of weights, once for all variants",
      "  arithmetic  800 TFLOP, about 2.8 hours at this machine's 100 GFLOP/s with 2 threads",
      "  quantizing  1 G weights a variant, about 2.0 hours",
      "  memory      about 2 GB at most, 1 GB free -> too little, use a machine with more",
      "  disk        5 GB of hidden states in /cache/work, 4 GB free -> too little, set SINQBENCH_CACHE to a folder on a larger disk",
      "  experts     4 TB moved expert by expert, 1 TB by 7 windows at a time; the evaluator goes by experts all the same; by windows 4.0 times less would move",
    ]);
  });

  it("say nothing against what is large enough, and for experts where they move less", () => {
    const experts = { expertMajor: 1e12, windowMajor: 2.5e12, windowsPerBatch: 7 };
    const roomy = {
      ...about,
      plan: { ...about.plan, experts },
      freeMemory: 4e9,
      work: { folder: "/c", free: undefined },
    };
    const lines = planLines(roomy).join("\n");
    expect(lines).not.toContain("->");
    expect(lines).toContain("the evaluator goes by experts, which moves 2.5 times less");
  });
});

describe("the paper's models", () => {
  let parameters: Map<string, number>;
  beforeAll(() => {
    parameters = new Map(
      paperModelIds().map((id) => {
        const tensors = modelTensors(paperModel(id)!.config);
        return [id, tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)];
      }),
    );
  });

  it.each(["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"])("%s has the published memory in 16 bits", (id) => {
    const published = publishedRows({ table: "1", bits: 16, model: id }).find(({ metric }) => metric === "memory")!;
    expect(((2 * parameters.get(id)!) / 1e9).toFixed(2)).toBe(published.printed);
  });

  it("have the parameters that their names and cards say", () => {
    const billions = Object.fromEntries(
      Array.from(parameters, ([id, count]) => [id.split("/")[1], (count / 1e9).toFixed(2)]),
    );
    expect(billions).toEqual({
      "Qwen3-1.7B": "1.72",
      "Qwen3-4B": "4.02",
      "Qwen3-8B": "8.19",
      "Qwen3-14B": "14.77",
      "Qwen3-32B": "32.76",
      "Qwen3-30B-A3B": "30.53",
      "Qwen3-235B-A22B": "235.09",
      "DeepSeek-V2-Lite": "15.71",
      "DeepSeek-V2.5": "235.74",
      "Llama-2-7b-hf": "6.74",
      "Meta-Llama-3-8B": "8.03",
      "Meta-Llama-3-70B": "70.55",
      "Phi-3-mini-4k-instruct": "3.82",
      "phi-4": "14.66",
    });
  });

  it("are all that the record names", () => {
    const records = [...Object.values<Experiment>(experiments), table10];
    const named = records.flatMap(({ paperModels }) => paperModels);
    expect(new Set(paperModelIds())).toEqual(new Set(named));
  });
});
