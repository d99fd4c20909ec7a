import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { type TinyModel, tinyModels } from "./fixtures/tiny/models.ts";
import { tinyOptions } from "./fixtures/tiny/options.ts";
import { BF16, largestDifference, ZERO } from "./test-support.ts";

test.each(Object.keys(tinyModels) as TinyModel[])("%s: losses are those of transformers", async (name) => {
  const { reference, ...options } = await tinyOptions(name);
  const [result] = await evaluate(options);
  expect(largestDifference(result!.nll[0]!, reference.nll)).toBeLessThan(2e-5);
});

test.each(["phi3-sliding", "phi3-short", "llama3-rope"] as const)(
  "%s: the ONNX operators give the fused operator's losses",
  async (name) => {
    const { reference, ...options } = await tinyOptions(name);
    const [result] = await evaluate({ ...options, attention: "standard" });
    expect(largestDifference(result!.nll[0]!, reference.nll)).toBeLessThan(2e-5);
  },
);

test.each(["qwen3-moe", "deepseek-v2", "deepseek-v3", "phi3-sliding-long"] as const)(
  "%s: threads, batch size and where the hidden states live change no bit",
  async (name) => {
    const { reference: _, ...options } = await tinyOptions(name);
    const [plain] = await evaluate(options);
    for (const change of [{ threads: 1 }, { batch: 1 }, { chainMemoryBytes: 0 }]) {
      const [other] = await evaluate({ ...options, ...change });
      expect(other!.nll, JSON.stringify(change)).toEqual(plain!.nll);
    }
  },
);

describe("experts", () => {
  test("an expert takes more tokens than run together, with the losses of few", async () => {
    const { reference, ...options } = await tinyOptions("qwen3-moe");
    const { ids } = options.sets[0]!;
    // 64 copies of two windows: about 3000 tokens an expert.
    const copies = Int32Array.from({ length: 64 * ids.length }, (_, i) => ids[i % ids.length]!);
    const [result] = await evaluate({ ...options, sets: [{ name: "many", length: 96, count: 128, ids: copies }] });
    const nll = result!.nll[0]!;
    for (const copy of [0, 31, 63]) {
      const own = nll.subarray(copy * reference.nll.length, (copy + 1) * reference.nll.length);
      expect(largestDifference(own, reference.nll)).toBeLessThan(2e-5);
    }
  });

  test.each(["qwen3-moe", "deepseek-v3"] as const)(
    "%s: the losses of a text do not depend on what is evaluated beside it, bit for bit",
    async (name) => {
      const { reference: _, ...options } = await tinyOptions(name);
      const [full] = options.sets;
      // So few tokens that experts get one at a time.
      const short = { name: "short", length: 5, count: 2, ids: full!.ids.slice(40, 50) };
      const [together] = await evaluate({ ...options, sets: [short, full!] });
      const [alone] = await evaluate({ ...options, sets: [short] });
      const [other] = await evaluate({ ...options, sets: [full!] });
      expect(together!.nll).toEqual([alone!.nll[0], other!.nll[0]]);
    },
  );

  test("variants route on their own, and sizes are those of the encodings", async () => {
    const { reference, ...options } = await tinyOptions("qwen3-moe");
    const [first, zero, last] = await evaluate({ ...options, variants: [BF16, ZERO, { ...BF16, id: "again" }] });
    expect(largestDifference(first!.nll[0]!, reference.nll)).toBeLessThan(2e-5);
    expect(last!.nll).toEqual(first!.nll);
    expect(largestDifference(zero!.nll[0]!, reference.nll)).toBeGreaterThan(1);
    // Attention: q 64x32, k and v 32x32, o 32x64. Blocks 0 and 2: 8 experts of gate and up 24x32, down 32x24. Block 1: 80 wide.
    const weights = 3 * (64 * 32 * 2 + 32 * 32 * 2) + 2 * 8 * 3 * 24 * 32 + 3 * 80 * 32;
    expect(zero!.linearWeights).toBe(weights);
    expect(zero!.quantizedWeights).toBe(weights);
    // Embedding and head, norms of blocks with q and k, the last norm, two routers: 16 bits each.
    expect(zero!.otherBytes).toBe(2 * (2 * 128 * 32 + 3 * (32 + 32 + 16 + 16) + 32 + 2 * 8 * 32));
    expect([first!.unreachedExperts, zero!.unreachedExperts]).toEqual([0, 0]);
  });

  test.each(["qwen3-moe", "deepseek-v3"] as const)("%s: progress ends at its total and never falls", async (name) => {
    const { reference: _, ...options } = await tinyOptions(name);
    const seen: number[] = [];
    let total = 0;
    await evaluate({
      ...options,
      variants: [BF16, ZERO],
      onProgress(progress) {
        seen.push(progress.done);
        total = progress.total;
      },
    });
    expect(seen.at(-1)! / total).toBeCloseTo(1, 12);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });
});
