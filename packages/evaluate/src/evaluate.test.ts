import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Quantizer } from "@sinqbench/quantizer";
import { openSafetensors, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { BF16, copyOf, largestDifference, referenceOptions, ZERO, zeroing } from "./test-support.ts";

const MODELS = ["qwen3-tied", "llama"] as const;

describe.each(MODELS)("%s", (model) => {
  test("losses are those of transformers", async () => {
    const { nll, ...options } = await referenceOptions(model);
    const [result] = await evaluate(options);
    expect(largestDifference(result!.nll[0]!, nll)).toBeLessThan(2e-5);
  });

  test("the ONNX operators give the fused operator's losses", async () => {
    const { nll, ...options } = await referenceOptions(model);
    const [result] = await evaluate({ ...options, attention: "standard" });
    expect(largestDifference(result!.nll[0]!, nll)).toBeLessThan(2e-5);
  });

  test("threads, batch size and where the hidden states live change no bit", async () => {
    const { nll: _, ...options } = await referenceOptions(model);
    const [plain] = await evaluate(options);
    for (const change of [{ threads: 1 }, { batch: 1 }, { chainMemoryBytes: 0 }]) {
      const [other] = await evaluate({ ...options, ...change });
      expect(other!.nll, JSON.stringify(change)).toEqual(plain!.nll);
    }
  });

  test("a head in slices that the vocabulary is no multiple of gives the same losses", async () => {
    const { nll, ...options } = await referenceOptions(model);
    const [result] = await evaluate({ ...options, headRows: 100 });
    expect(largestDifference(result!.nll[0]!, nll)).toBeLessThan(2e-5);
  });
});

test("long windows attend in slices, with the losses of the unsliced operators", async () => {
  const { nll: _, ...options } = await referenceOptions("qwen3-tied");
  const folder = await copyOf("qwen3-tied");
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, max_position_embeddings: 1024 }));
  const ids = Int32Array.from({ length: 1024 }, (_, i) => (i * i * 31 + 7 * i) % 512);
  const long = { ...options, modelDir: folder, sets: [{ name: "long", length: 1024, count: 1, ids }] };
  const [sliced] = await evaluate(long);
  const [whole] = await evaluate({ ...long, attention: "standard" });
  expect(largestDifference(sliced!.nll[0]!, whole!.nll[0]!)).toBeLessThan(5e-5);
});

test("sets of different lengths, and batches that do not fill, keep their windows apart", async () => {
  const { nll, ...options } = await referenceOptions("llama");
  const [full] = options.sets;
  const second = full!.ids.slice(160);
  const short = { name: "short", length: 40, count: 3, ids: full!.ids.slice(0, 120) };
  const sets = [full!, short, { name: "second", length: 160, count: 1, ids: second }];
  const [result] = await evaluate({ ...options, sets, batch: 2 });
  expect(largestDifference(result!.nll[2]!, nll.slice(159))).toBeLessThan(2e-5);
  // The first window of the short set starts like the first long window.
  expect(largestDifference(result!.nll[1]!.slice(0, 39), nll.slice(0, 39))).toBeLessThan(2e-5);
  expect(result!.nll[1]).toHaveLength(3 * 39);
});

test("variants run side by side without touching each other, and sizes are those of the encodings", async () => {
  const { nll, ...options } = await referenceOptions("qwen3-tied");
  const [first, zero, last] = await evaluate({ ...options, variants: [BF16, ZERO, { ...BF16, id: "again" }] });
  expect(largestDifference(first!.nll[0]!, nll)).toBeLessThan(2e-5);
  expect(last!.nll).toEqual(first!.nll);
  expect(largestDifference(zero!.nll[0]!, nll)).toBeGreaterThan(1);
  expect(first!.quantizedWeights).toBe(0);
  // Per block: q 128x64, k and v 64x64, o 64x128, gate and up 192x64, down 64x192; 3 blocks.
  const weights = 3 * (128 * 64 * 2 + 64 * 64 * 2 + 192 * 64 * 3);
  const rows = 3 * (128 + 64 + 64 + 64 + 192 + 192 + 64);
  expect(zero!.linearWeights).toBe(weights);
  expect(zero!.quantizedWeights).toBe(weights);
  expect(zero!.quantizedBytes).toBe(weights / 2 + rows * 4 + 3 * 7 * 4);
  expect(zero!.otherBytes).toBe(2 * (512 * 64 + 64 + 3 * (64 + 64 + 32 + 32)));
});

test("progress ends at its total and never falls", async () => {
  const { nll: _, ...options } = await referenceOptions("llama");
  const seen: number[] = [];
  let total = 0;
  await evaluate({
    ...options,
    onProgress(progress) {
      seen.push(progress.done);
      total = progress.total;
    },
  });
  expect(seen.at(-1)).toBeCloseTo(total, -1);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
});

test("an aborted run stops with the reason given", async () => {
  const { nll: _, ...options } = await referenceOptions("llama");
  const controller = new AbortController();
  const run = evaluate({
    ...options,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(run).rejects.toThrow("enough");
});

describe("wrong input is one clear error", () => {
  const tensorsOf = async (folder: string, change: (entry: TensorEntry) => TensorEntry) => {
    const path = join(folder, "model.safetensors");
    const file = await openSafetensors(path);
    const entries: TensorEntry[] = [];
    for (const name of file.names()) {
      const { dtype, shape } = file.info(name);
      entries.push(change({ name, dtype, shape, data: await file.readBytes(name) }));
    }
    await file.close();
    await writeSafetensors(path, entries);
  };
  const K_PROJ = "model.layers.1.self_attn.k_proj.weight";

  test("a window longer than the model's positions", async () => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const sets = [{ name: "long", length: 513, count: 1, ids: new Int32Array(513) }];
    await expect(evaluate({ ...options, sets })).rejects.toThrow(
      /windows of 513 tokens \(long\) exceed .* 512 positions/,
    );
  });

  test("a window with nothing to predict", async () => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const sets = [{ name: "tiny", length: 1, count: 1, ids: new Int32Array(1) }];
    await expect(evaluate({ ...options, sets })).rejects.toThrow(/leave nothing to predict/);
  });

  test.each([512, -1])("token %i outside the vocabulary", async (id) => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const sets = [{ name: "ids", length: 2, count: 1, ids: Int32Array.of(0, id) }];
    await expect(evaluate({ ...options, sets })).rejects.toThrow(/token id -?\d+ is outside .* vocabulary of 512/);
  });

  test("NaN in a weight, with its place", async () => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const folder = await copyOf("llama");
    await tensorsOf(folder, (entry) => {
      if (entry.name !== K_PROJ) return entry;
      const bytes = Uint8Array.from(entry.data as Uint8Array);
      new DataView(bytes.buffer).setUint16((3 * 64 + 5) * 2, 0x7fc0, true);
      return { ...entry, data: bytes };
    });
    await expect(evaluate({ ...options, modelDir: folder })).rejects.toThrow(
      /model\.layers\.1\.self_attn\.k_proj\.weight holds NaN at row 3, column 5/,
    );
  });

  test("a tensor of another shape than the config says", async () => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const folder = await copyOf("llama");
    await tensorsOf(folder, (entry) => (entry.name === K_PROJ ? { ...entry, shape: [64, 32] } : entry));
    await expect(evaluate({ ...options, modelDir: folder })).rejects.toThrow(
      /k_proj\.weight is \[64, 32\] where config\.json implies \[32, 64\]/,
    );
  });

  test("a quantizer's error names the layer", async () => {
    const { nll: _, ...options } = await referenceOptions("llama");
    const failing: Quantizer = {
      ...zeroing,
      quantize: (_weight, _config, { kernels }) => {
        kernels.pack(new Uint8Array(1), 9);
        throw new Error("unreachable");
      },
    };
    await expect(evaluate({ ...options, variants: [{ ...ZERO, quantizer: failing }] })).rejects.toThrow(
      /model\.layers\.0\.self_attn\.q_proj\.weight: /,
    );
  });
});
