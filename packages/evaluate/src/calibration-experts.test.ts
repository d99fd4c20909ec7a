import type { LayerStatistics, Quantizer, StatisticsNeeds } from "@sinqbench/quantizer";
import { sha256Hex } from "@sinqbench/tensor";
import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import type { TinyModel } from "./fixtures/tiny/models.ts";
import { tinyOptions } from "./fixtures/tiny/options.ts";
import { BF16, ZERO, zeroing } from "./test-support.ts";
import type { EvaluateOptions, Variant } from "./types.ts";

const ALL: StatisticsNeeds = { meanAbs: true, std: true, rows: 3, secondMoment: true, prefix: "original" };

interface Seen {
  readonly shape: readonly [number, number];
  readonly statistics: LayerStatistics;
}

/** A variant that keeps what its quantizer is given, and stores zeros. */
function recorder(id: string, needs: StatisticsNeeds): Variant & { readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const quantizer: Quantizer = {
    ...zeroing,
    needs,
    quantize(weight, config, context) {
      seen.push({ shape: [weight.rows, weight.cols], statistics: context.statistics! });
      return zeroing.quantize(weight, config, context);
    },
  };
  return { ...ZERO, id, quantizer, seen };
}

async function calibrated(name: TinyModel) {
  const { reference, ...options } = await tinyOptions(name);
  return { reference, options: { ...options, calibration: options.sets[0]! } };
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Statistics of the experts' gate and down projections: the last matrices of a block are its experts, three each. */
function expertStatistics(seen: readonly Seen[], dense: readonly number[], experts: number) {
  let at = 0;
  return dense.flatMap((count) => {
    at += count;
    const own = count === 0 ? [] : seen.slice(at, at + 3 * experts);
    at += own.length;
    return Array.from({ length: own.length / 3 }, (_, e) => ({
      gate: own[3 * e]!,
      up: own[3 * e + 1]!,
      down: own[3 * e + 2]!,
    }));
  });
}

describe("a routed expert learns from its own tokens", () => {
  test.each([
    // Linear layers without the routed experts: block 1 of the first is dense, block 0 of the second; counted with the next.
    { name: "qwen3-moe", dense: [4, 4 + 3 + 4], experts: 8 },
    { name: "deepseek-v3", dense: [5 + 3 + 5 + 3, 5 + 3], experts: 16 },
  ] as const)("$name: with the counts and means of transformers", async ({ name, dense, experts }) => {
    const { reference, options } = await calibrated(name);
    const variant = recorder("all", ALL);
    const [result] = await evaluate({ ...options, variants: [variant] });
    const found = expertStatistics(variant.seen, dense, experts);
    expect(found).toHaveLength(reference.expertTokens.length);
    found.forEach(({ gate, up, down }, i) => {
      const tokens = reference.expertTokens[i]! || options.calibration.length;
      expect(up.statistics).toBe(gate.statistics);
      expect([gate.statistics.tokens, down.statistics.tokens]).toEqual([tokens, tokens]);
      expect(gate.statistics.rows!.rows).toBe(Math.min(3, tokens));
      expect(mean(gate.statistics.meanAbs!) / reference.expertInput[i]!).toBeCloseTo(1, 5);
      expect(mean(down.statistics.meanAbs!) / reference.expertDownInput[i]!).toBeCloseTo(1, 5);
      const moment = gate.statistics.secondMoment!;
      const trace = Array.from({ length: moment.rows }, (_, j) => moment.data[j * moment.cols + j]!);
      const rows = gate.statistics.meanAbs!.map((m, j) => m ** 2 / trace[j]!);
      for (const share of rows) expect(share).toBeLessThan(1 + 1e-5);
    });
    expect(result!.unreachedExperts).toBe(reference.expertTokens.filter((tokens) => tokens === 0).length);
  });

  test("one that no token reaches learns from the first window, and is counted for the calibrated alone", async () => {
    const { reference, options } = await calibrated("deepseek-v3");
    const unreached = reference.expertTokens.filter((tokens) => tokens === 0).length;
    expect(unreached).toBeGreaterThan(0);
    const results = await evaluate({ ...options, variants: [BF16, recorder("r", ALL)] });
    expect(results.map((result) => result.unreachedExperts)).toEqual([0, unreached]);
  });
});

/** Bits of every array in a value: what differs in a million numbers is not worth printing. */
function digest(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) ? sha256Hex(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) : part,
  );
}

test.each(["qwen3-moe", "deepseek-v3"] as const)(
  "%s: threads, batch size and chains change no bit of it",
  async (name) => {
    const { options } = await calibrated(name);
    const run = async (change: Partial<EvaluateOptions>) => {
      const variants = (["original", "quantized"] as const).map((prefix) => recorder(prefix, { ...ALL, prefix }));
      const results = await evaluate({ ...options, ...change, variants: [BF16, ...variants] });
      return digest({ seen: variants.map(({ seen }) => seen), nll: results.map(({ nll }) => nll) });
    };
    const plain = await run({});
    for (const change of [{ threads: 1 }, { batch: 1 }, { chainMemoryBytes: 0 }]) {
      expect(await run(change), JSON.stringify(change)).toBe(plain);
    }
  },
);

test("a quantized prefix starts as the original and goes its own way behind the first quantized block", async () => {
  const { options } = await calibrated("qwen3-moe");
  const [original, quantized] = (["original", "quantized"] as const).map((prefix) =>
    recorder(prefix, { ...ALL, prefix }),
  );
  await evaluate({ ...options, variants: [original!, quantized!] });
  const first = 4 + 3 * 8;
  expect(digest(quantized!.seen.slice(0, first))).toBe(digest(original!.seen.slice(0, first)));
  const behind = quantized!.seen
    .slice(first)
    .map(({ statistics }, i) => digest(statistics) === digest(original!.seen[first + i]!.statistics));
  expect(behind).not.toContain(true);
});

test.each(["qwen3-moe", "deepseek-v3"] as const)("%s: progress counts calibration", async (name) => {
  const { options } = await calibrated(name);
  let last = { done: 0, total: 1 };
  const variants = (["original", "quantized"] as const).map((prefix) => recorder(prefix, { ...ALL, prefix }));
  await evaluate({ ...options, variants: [BF16, ...variants], onProgress: (progress) => void (last = progress) });
  expect(last.done / last.total).toBeCloseTo(1, 12);
});
