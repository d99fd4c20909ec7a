import { referenceKernels } from "@sinqbench/kernels";
import { type BlockStep, MovedScales, type Quantizer, scaleLinks } from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { evaluate } from "./evaluate.ts";
import { tinyModel, tinyTokens } from "./fixtures/tiny/checkpoint.ts";
import { type TinyModel, tinyModels } from "./fixtures/tiny/models.ts";
import { BF16, largestDifference } from "./test-support.ts";
import type { Variant } from "./types.ts";

const config = { bits: 8, groupSize: 64, tiling: "1d", aux: "f32" } as const;

/** Stores every weight as the scale of a group of its own: what it decodes to is what it got. */
const exact: Quantizer = {
  info: { id: "exact", label: "Exact", formula: "W", source: "test", bits: [8], tilings: ["1d"] },
  defaults: {},
  quantize: ({ rows, cols, data }, { bits }) => ({
    method: "exact",
    rows,
    cols,
    bits,
    group: 1,
    tiling: "1d",
    codes: new Uint8Array(rows * cols).fill(1),
    scale: { dtype: "f32", shape: [rows, cols], data: data.slice() },
    zero: { dtype: "f32", shape: [1], data: new Float32Array(1) },
  }),
};

/** Moves a large scale over every link. */
const shuffling: BlockStep = async (block) => {
  const random = seededRandom(3);
  const moved = new MovedScales();
  for (const link of scaleLinks(block)) {
    const width = link.weights[0]!.shape[1]!;
    await moved.move(
      link,
      Float64Array.from({ length: width }, () => 4 ** random.normal()),
    );
  }
  return moved.scales();
};

const variantOf = (id: string, quantizer: Quantizer): Variant => ({ id, quantizer, config });

async function run(name: TinyModel, variants: readonly Variant[]) {
  const { window } = tinyModels[name];
  const set = { name: "tokens", length: window, count: 2, ids: tinyTokens(name) };
  return evaluate({
    modelDir: await tinyModel(name),
    variants,
    sets: [set],
    calibration: set,
    kernels: referenceKernels,
    threads: 2,
  });
}

// Eight-bit floats are read into the same weights.
const names = (Object.keys(tinyModels) as TinyModel[]).filter((name) => !name.includes("fp8"));

describe.each(names)("a block step on %s", (name) => {
  it("leaves the losses as they are where nothing is rounded, with any number of variants", async () => {
    const step = { ...exact, blockStep: shuffling };
    const [original, plain, scaled] = await run(name, [BF16, variantOf("plain", exact), variantOf("scaled", step)]);
    expect(largestDifference(plain!.nll[0]!, original!.nll[0]!)).toBe(0);
    expect(largestDifference(scaled!.nll[0]!, original!.nll[0]!)).toBeLessThan(2e-4);
    expect(scaled!.nll[0]).not.toEqual(original!.nll[0]);
    expect(scaled!.quantizedBytes).toBe(plain!.quantizedBytes);
  });
});

describe.each(["phi3-short", "qwen3-moe", "deepseek-v2-lite"] as const)("a block step on %s", (name) => {
  it("of a calibrated method gets the inputs by name, and the method the scaled ones", async () => {
    const asked = new Map<string, number>();
    const seen: number[] = [];
    const step: Quantizer = {
      ...exact,
      needs: { meanAbs: true, prefix: "original" },
      blockStep: async (block, _config, { statistics }) => {
        const scales = new Map<string, { columns: Float32Array }>();
        for (const { name, shape, quantized } of block.tensors) {
          if (!quantized || !statistics!.has(name)) continue;
          expect(statistics!.get(name)!.meanAbs).toHaveLength(shape[1]!);
          asked.set(name, (asked.get(name) ?? 0) + 1);
          scales.set(name, { columns: statistics!.get(name)!.meanAbs! });
        }
        return scales;
      },
      quantize: (weight, settings, context) => {
        seen.push(...context.statistics!.meanAbs!);
        return exact.quantize(weight, settings, context);
      },
    };
    await run(name, [BF16, variantOf("calibrated", step), variantOf("again", step)]);
    // Every linear weight of every block of its kind was asked about once a variant.
    for (const count of asked.values()) expect(count % 2).toBe(0);
    expect(asked.has("mlp.down_proj.weight")).toBe(true);
    if (name !== "phi3-short") expect(asked.has("mlp.experts.7.down_proj.weight")).toBe(true);
    // Inputs divided by their own mean size have a mean size of 1.
    expect(Math.max(...seen.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-6);
  });
});
