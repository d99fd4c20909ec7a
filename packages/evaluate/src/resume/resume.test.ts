import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Quantizer, StatisticsNeeds } from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, onTestFinished, test } from "vitest";
import { evaluate } from "../evaluate.ts";
import { tinyModel, tinyTokens } from "../fixtures/tiny/checkpoint.ts";
import { BF16, referenceOptions } from "../test-support.ts";
import type { EvaluateOptions, Variant, VariantResult } from "../types.ts";

/** Rounds to four bits with a step that depends on all it learnt: a wrong statistic is another loss. */
function rounding(needs?: StatisticsNeeds): Quantizer {
  return {
    info: { id: "round", label: "Round", formula: "round", source: "test", bits: [4], tilings: ["1d"] },
    defaults: {},
    ...(needs && { needs }),
    quantize({ rows, cols, data }, { bits }, { kernels, statistics }) {
      const learnt = statistics ? statistics.meanAbs!.reduce((sum, value) => sum + value, 0) / cols : 0;
      const step = 0.05 * (1 + learnt);
      const codes = Uint8Array.from(data, (value) => Math.min(15, Math.max(0, Math.round(value / step) + 8)));
      return {
        method: "round",
        rows,
        cols,
        bits,
        group: cols,
        tiling: "1d",
        codes: kernels.pack(codes, bits),
        scale: { dtype: "f32", shape: [rows, 1], data: new Float32Array(rows).fill(step) },
        zero: { dtype: "f32", shape: [1], data: Float32Array.of(8) },
      };
    },
  };
}

const variant = (id: string, quantizer: Quantizer): Variant => ({
  id,
  quantizer,
  config: { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" },
});
const VARIANTS = [
  BF16,
  variant("plain", rounding()),
  variant("original", rounding({ meanAbs: true, prefix: "original" })),
  variant("quantized", rounding({ meanAbs: true, secondMoment: true, prefix: "quantized" })),
];

async function denseOptions(): Promise<EvaluateOptions> {
  const { nll: _, ...options } = await referenceOptions("qwen3-tied");
  const { ids } = options.sets[0]!;
  const sets = [...options.sets, { name: "short", length: 32, count: 3, ids: ids.slice(50, 146) }];
  const calibration = { name: "calibration", length: 40, count: 3, ids: ids.slice(100, 220) };
  return { ...options, variants: VARIANTS, sets, calibration, batch: 2, headRows: 200 };
}

async function expertsOptions(): Promise<EvaluateOptions> {
  const ids = tinyTokens("deepseek-v2-lite");
  return {
    modelDir: await tinyModel("deepseek-v2-lite"),
    variants: VARIANTS,
    sets: [{ name: "a", length: 32, count: 4, ids: ids.slice(0, 128) }],
    calibration: { name: "calibration", length: 16, count: 2, ids: ids.slice(130, 162) },
    kernels: (await referenceOptions("qwen3-tied")).kernels,
    threads: 1,
    batch: 2,
    headRows: 50,
  };
}

async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evaluate-work-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs until the `runs`-th graph has run; null when it was stopped there. */
async function runUpTo(runs: number, options: EvaluateOptions): Promise<VariantResult[] | null> {
  const controller = new AbortController();
  let left = runs;
  const onProgress = () => {
    if (--left === 0) controller.abort(new Error("stopped"));
  };
  return evaluate({ ...options, signal: controller.signal, onProgress }).catch((error: Error) => {
    if (error.message !== "stopped") throw error;
    return null;
  });
}

async function countRuns(options: EvaluateOptions): Promise<number> {
  let runs = 0;
  await evaluate({ ...options, onProgress: () => runs++ });
  return runs;
}

describe.each([
  ["a dense model", denseOptions],
  ["a model with experts", expertsOptions],
])("%s", (_, optionsOf) => {
  test("stopped again and again at random places, ends with the losses of an undisturbed run", {
    timeout: 180_000,
  }, async () => {
    const options = await optionsOf();
    const expected = await evaluate(options);
    const total = await countRuns(options);
    const random = seededRandom(3);
    let stops = 0;
    const work = await workFolder();
    let result: VariantResult[] | null = null;
    // A stop may come before anything is kept; later ones reach further.
    for (let reach = 0.03; result === null; reach *= 1.4) {
      result = await runUpTo(1 + Math.floor(random.uniform() * total * reach), { ...options, work });
      if (!result) stops++;
    }
    expect(result).toEqual(expected);
    expect(stops).toBeGreaterThan(5);
  });

  test("does no part twice that it has kept", async () => {
    const options = await optionsOf();
    const work = await workFolder();
    const total = await countRuns(options);
    expect(await runUpTo(Math.floor(0.75 * total), { ...options, work })).toBeNull();
    const found: boolean[] = [];
    let runs = 0;
    await evaluate({ ...options, work, onKept: (place) => found.push(place.found), onProgress: () => runs++ });
    expect(found[0]).toBe(true);
    expect(found.slice(1)).not.toContain(true);
    expect(runs).toBeLessThan(0.95 * total);
    expect(runs).toBeGreaterThan(0.1 * total);
  });
});

test("stopped in the last slice of the head, does only that slice again", async () => {
  const options = await denseOptions();
  const expected = await evaluate(options);
  const total = await countRuns(options);
  const work = await workFolder();
  expect(await runUpTo(total - 1, { ...options, work })).toBeNull();
  let runs = 0;
  expect(await evaluate({ ...options, work, onProgress: () => runs++ })).toEqual(expected);
  // One slice: four variants, each with one batch of the long windows and two of the short ones.
  expect(runs).toBe(4 * 3);
});

test("says where a run that stops now continues", async () => {
  const options = await denseOptions();
  const places: object[] = [];
  await evaluate({ ...options, work: await workFolder(), onKept: (place) => places.push(place) });
  const at = (block: number) => ({ block, blocks: 3, found: false });
  // After each of the four variants in each block, and after the calibration's own chain.
  const inBlock = (block: number) => [at(block), at(block), at(block), at(block + 1), at(block + 1)];
  expect(places).toEqual([1, 2, 3].flatMap(inBlock));
});

test("a finished run leaves nothing but what its work folder names", async () => {
  const options = await denseOptions();
  const work = await workFolder();
  await evaluate({ ...options, work });
  const files = await readdir(work);
  expect(files.filter((name) => name.startsWith("variants-"))).toHaveLength(VARIANTS.length + 1);
  expect(files.filter((name) => !/^(variants|calibration)-\d+\.f32$|^journal\.json$|\.losses$/.test(name))).toEqual([]);
});

test("progress of a continued run ends at its total", async () => {
  const options = await denseOptions();
  const work = await workFolder();
  await runUpTo(60, { ...options, work });
  let last = { done: 0, total: 0 };
  await evaluate({ ...options, work, onProgress: (progress) => (last = progress) });
  expect(last.done / last.total).toBeCloseTo(1, 9);
});

test("a variant takes only the sets that it is asked for, with the losses that it has among all", async () => {
  const options = await denseOptions();
  const all = await evaluate(options);
  const takes = (v: number, s: number) => (v + s) % 2 === 0;
  for (const work of [undefined, await workFolder()]) {
    let last = { done: 0, total: 0 };
    const some = await evaluate({
      ...options,
      takes,
      ...(work && { work }),
      onProgress: (progress) => (last = progress),
    });
    for (const [v, { nll }] of some.entries()) {
      expect(nll.map((values) => values.length > 0)).toEqual([takes(v, 0), takes(v, 1)]);
      expect(nll[v % 2]).toEqual(all[v]!.nll[v % 2]);
    }
    expect(last.done / last.total).toBeCloseTo(1, 9);
  }
});
