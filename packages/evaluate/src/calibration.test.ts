import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LayerStatistics, Quantizer, StatisticsNeeds } from "@sinqbench/quantizer";
import { sha256Hex } from "@sinqbench/tensor";
import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { BF16, fixture, referenceOptions, ZERO, zeroing } from "./test-support.ts";
import type { EvaluateOptions, Variant } from "./types.ts";

const MODELS = ["qwen3-tied", "llama"] as const;
const PREFIXES = ["original", "quantized"] as const;
const SITES = ["attention_input", "o_proj_input", "mlp_input", "down_proj_input"] as const;
/** Site of each linear layer of a block, in the order they are quantized: q, k, v, o, gate, up, down. */
const SITE_OF = [0, 0, 0, 1, 2, 2, 3];
const ALL: StatisticsNeeds = { meanAbs: true, std: true, rows: 5, secondMoment: true, prefix: "original" };

/** A variant that keeps what its quantizer is given, and stores zeros. */
function recorder(id: string, needs: StatisticsNeeds): Variant & { readonly seen: LayerStatistics[] } {
  const seen: LayerStatistics[] = [];
  const quantizer: Quantizer = {
    ...zeroing,
    needs,
    quantize(weight, config, context) {
      seen.push(context.statistics!);
      return zeroing.quantize(weight, config, context);
    },
  };
  return { ...ZERO, id, quantizer, seen };
}

async function calibrationOptions(model: (typeof MODELS)[number]): Promise<EvaluateOptions> {
  const { nll: _, ...options } = await referenceOptions(model);
  return { ...options, calibration: options.sets[0]! };
}

/** What transformers 5.18 gives for one site: float32 hidden states, float64 sums. */
interface Expected {
  readonly meanAbs: readonly number[];
  readonly meanAbsSum: number;
  readonly std: readonly number[];
  readonly stdSum: number;
  readonly rows: readonly number[];
  readonly moment: readonly number[];
  readonly momentSum: number;
}

/** Bits of every array in a value: what differs in a million numbers is not worth printing. */
function digest(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) ? sha256Hex(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) : part,
  );
}

/** First four means, last four deviations, last column of the five rows, and four second moments. */
function summary({ meanAbs, std, rows, secondMoment }: LayerStatistics): Expected {
  const width = meanAbs!.length;
  const sum = (values: Float32Array) => values.reduce((total, value) => total + Math.abs(value), 0);
  const moment = (i: number, j: number) => secondMoment!.data[i * width + j]!;
  return {
    meanAbs: [...meanAbs!.subarray(0, 4)],
    meanAbsSum: sum(meanAbs!),
    std: [...std!.subarray(width - 4)],
    stdSum: sum(std!),
    rows: Array.from({ length: rows!.rows }, (_, i) => rows!.data[i * width + width - 1]!),
    moment: [moment(0, 0), moment(0, 1), moment(width - 1, 2), moment(3, width - 2)],
    momentSum: sum(secondMoment!.data),
  };
}

describe.each(MODELS)("%s", (model) => {
  test.each(PREFIXES)("statistics are those of transformers' hidden states, %s prefix", async (prefix) => {
    const expected = JSON.parse(await readFile(join(fixture(model), "calibration.json"), "utf8"));
    const variant = recorder("all", { ...ALL, prefix });
    await evaluate({ ...(await calibrationOptions(model)), variants: [variant] });
    const blocks = expected[prefix] as Record<(typeof SITES)[number], Expected>[];
    expect(variant.seen).toHaveLength(7 * blocks.length);
    variant.seen.forEach((statistics, i) => {
      const site = SITES[SITE_OF[i % 7]!]!;
      const theirs = blocks[Math.floor(i / 7)]![site];
      const ours = summary(statistics);
      expect(statistics.tokens).toBe(320);
      for (const key of Object.keys(theirs) as (keyof Expected)[]) {
        const [a, b] = [ours[key], theirs[key]].map((value) => (typeof value === "number" ? [value] : value!)) as [
          number[],
          number[],
        ];
        const size = Math.max(...b.map(Math.abs));
        expect(a).toHaveLength(b.length);
        a.forEach((value, j) => {
          expect(Math.abs(value - b[j]!), `layer ${i} ${key}`).toBeLessThan(3e-5 * size);
        });
      }
    });
  });

  test("threads, batch size and where the hidden states live change no bit", async () => {
    const options = await calibrationOptions(model);
    const run = async (change: Partial<EvaluateOptions>) => {
      const variants = PREFIXES.map((prefix) => recorder(prefix, { ...ALL, prefix }));
      const results = await evaluate({ ...options, ...change, variants });
      return digest({ seen: variants.map(({ seen }) => seen), nll: results.map(({ nll }) => nll) });
    };
    const plain = await run({});
    for (const change of [{ threads: 1 }, { batch: 1 }, { chainMemoryBytes: 0 }]) {
      expect(await run(change), JSON.stringify(change)).toBe(plain);
    }
  });
});

test("every variant gets what it asks for, whatever stands beside it", async () => {
  const options = await calibrationOptions("llama");
  const needs: readonly StatisticsNeeds[] = [
    { meanAbs: true, rows: 3, prefix: "original" },
    { ...ALL, prefix: "quantized" },
    { rows: 400, std: true, prefix: "original" },
    { secondMoment: true, prefix: "quantized" },
  ];
  const together = needs.map((need, i) => recorder(`v${i}`, need));
  await evaluate({ ...options, variants: [together[0]!, BF16, together[1]!, together[2]!, together[3]!] });
  for (const [i, need] of needs.entries()) {
    const alone = recorder("alone", need);
    await evaluate({ ...options, variants: [alone] });
    expect(digest(together[i]!.seen)).toBe(digest(alone.seen));
    const keys = Object.keys(need).filter((key) => key !== "prefix");
    expect(Object.keys(alone.seen[0]!).toSorted()).toEqual(["tokens", ...keys].toSorted());
  }
  expect(together[2]!.seen[0]!.rows!.rows).toBe(320);
});

test("calibration leaves the losses of other variants alone", async () => {
  const options = await calibrationOptions("qwen3-tied");
  const [alone] = await evaluate(options);
  const [beside] = await evaluate({ ...options, variants: [BF16, recorder("r", { ...ALL, prefix: "quantized" })] });
  expect(beside!.nll).toEqual(alone!.nll);
});

test.each([[["original"]], [["quantized"]], [["original", "quantized", "original"]]] as const)(
  "progress counts calibration: %j",
  async (prefixes) => {
    const options = await calibrationOptions("llama");
    const seen: number[] = [];
    let total = 0;
    await evaluate({
      ...options,
      variants: [BF16, ...prefixes.map((prefix, i) => recorder(`v${i}`, { ...ALL, prefix }))],
      onProgress(progress) {
        seen.push(progress.done);
        total = progress.total;
      },
    });
    expect(seen.at(-1)).toBeCloseTo(total, -1);
  },
);

describe("wrong input is one clear error", () => {
  test("a calibrated variant without calibration", async () => {
    const { calibration: _, ...options } = await calibrationOptions("llama");
    const variants = [BF16, recorder("one", ALL), recorder("two", { ...ALL, prefix: "quantized" })];
    await expect(evaluate({ ...options, variants })).rejects.toThrow(
      /^calibrated methods \(one, two\) need a text to learn from; pass --calibration TEXT/,
    );
  });

  test("calibration windows that the model cannot take", async () => {
    const options = await calibrationOptions("llama");
    const calibration = { name: "other", length: 2, count: 1, ids: Int32Array.of(0, 512) };
    const variants = [recorder("one", ALL)];
    await expect(evaluate({ ...options, calibration, variants })).rejects.toThrow(/other: token id 512 is outside/);
  });

  test("calibration that nobody needs is not even looked at", async () => {
    const options = await calibrationOptions("llama");
    const calibration = { name: "other", length: 2, count: 1, ids: Int32Array.of(0, 512) };
    await expect(evaluate({ ...options, calibration })).resolves.toHaveLength(1);
  });
});
