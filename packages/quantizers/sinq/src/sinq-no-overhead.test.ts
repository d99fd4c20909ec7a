import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  applyScales,
  type BlockTensorView,
  MovedScales,
  matrixImbalance,
  quantizerConformance,
} from "@sinqbench/quantizer";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { sharedColumnScale } from "./shared-column-scale.ts";
import { sinqNoOverhead } from "./sinq-no-overhead.ts";

const kernels = loadKernels();
const config = { bits: 4, groupSize: 64, tiling: "1d", aux: "f16" } as const;

const HIDDEN = 192;
const INNER = 128;
const KEYS = 64;

type Shapes = readonly (readonly [name: string, ...shape: number[]])[];
const mlp = (prefix: string): Shapes => [
  [`${prefix}.gate_proj.weight`, INNER, HIDDEN],
  [`${prefix}.up_proj.weight`, INNER, HIDDEN],
  [`${prefix}.down_proj.weight`, HIDDEN, INNER],
];
const norms: Shapes = [
  ["input_layernorm.weight", HIDDEN],
  ["post_attention_layernorm.weight", HIDDEN],
];
const attention: Shapes = [
  ["self_attn.q_proj.weight", HIDDEN, HIDDEN],
  ["self_attn.k_proj.weight", KEYS, HIDDEN],
  ["self_attn.v_proj.weight", KEYS, HIDDEN],
  ["self_attn.o_proj.weight", HIDDEN, HIDDEN],
];
const experts: Shapes = [["mlp.gate.weight", 2, HIDDEN], ...mlp("mlp.experts.0"), ...mlp("mlp.experts.1")];

const blocks: Readonly<Record<string, Shapes>> = {
  qwen3: [...norms, ...attention, ...mlp("mlp")],
  "qwen3-moe": [...norms, ...attention, ...experts],
  "deepseek-v2-lite": [
    ...norms,
    ["self_attn.q_proj.weight", HIDDEN, HIDDEN],
    ["self_attn.kv_a_proj_with_mqa.weight", KEYS + 16, HIDDEN],
    ["self_attn.kv_a_layernorm.weight", KEYS],
    ["self_attn.kv_b_proj.weight", 2 * HIDDEN, KEYS],
    ["self_attn.o_proj.weight", HIDDEN, HIDDEN],
    ...experts,
    ...mlp("mlp.shared_experts"),
  ],
};

/** Normal weights whose columns differ as much as outlier channels make them: sizes 2^x, x normal of deviation 1.5. */
function viewsOf(shapes: Shapes): BlockTensorView[] {
  const random = seededRandom(21);
  const sizes = Array.from({ length: HIDDEN }, () => 2 ** (1.5 * random.normal()));
  return shapes.map(([name, ...shape]) => {
    const [rows, cols = 1] = shape;
    const data = random.fillNormal(new Float32Array(rows * cols), 0.05, shape.length > 1 ? 0 : 1);
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] *= sizes[i % cols];
    const quantized = shape.length > 1 && name !== "mlp.gate.weight";
    return { name, shape, quantized, read: async () => data.slice() };
  });
}

/** Median imbalance of all weights but o_proj before and after the step. */
async function medianImbalances(tensors: readonly BlockTensorView[], options = {}) {
  const scales = await sinqNoOverhead.blockStep!({ tensors }, config, { kernels }, options);
  const before: number[] = [];
  const after: number[] = [];
  for (const { name, shape, quantized, read } of tensors) {
    if (!quantized || name.includes("o_proj")) continue;
    const data = await read();
    const matrix = { rows: shape[0], cols: shape[1], data };
    before.push(matrixImbalance(matrix));
    applyScales(data, scales.get(name)!);
    after.push(matrixImbalance(matrix));
  }
  return [before, after].map((values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);
}

/** The nearest bfloat16. */
function bfloat16(value: number): number {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
  return Math.round(value / step) * step;
}

describe("sinq-no-overhead", () => {
  it.each(quantizerConformance(sinqNoOverhead, { kernels, others: [referenceKernels] }))("$name", ({ run }) => run());

  it.each(Object.entries(blocks))("evens out the columns of %s", async (_, shapes) => {
    const [before, after] = await medianImbalances(viewsOf(shapes));
    expect(before).toBeGreaterThan(200);
    expect(after).toBeLessThan(before / 40);
    // Once alone is not enough: four steps of at most a factor of two each do not reach the largest columns.
    const [, once] = await medianImbalances(viewsOf(shapes), { repeats: 1 });
    expect(once).toBeGreaterThan(4 * after);
  });

  it("leaves the output projection's columns alone, where heads are not shared too", async () => {
    const whole: Shapes = blocks.qwen3.map(([name, ...shape]) =>
      name.includes("v_proj") ? [name, HIDDEN, HIDDEN] : [name, ...shape],
    );
    const scales = await sinqNoOverhead.blockStep!({ tensors: viewsOf(whole) }, config, { kernels });
    expect([...scales.keys()].sort()).toEqual([
      "input_layernorm.weight",
      "mlp.down_proj.weight",
      "mlp.gate_proj.weight",
      "mlp.up_proj.weight",
      "post_attention_layernorm.weight",
      "self_attn.k_proj.weight",
      "self_attn.q_proj.weight",
      "self_attn.v_proj.weight",
    ]);
  });

  it("takes down projections first, then what follows each norm, in every repeat", async () => {
    const order: string[] = [];
    const tensors = viewsOf(blocks["deepseek-v2-lite"]).map((tensor) => ({
      ...tensor,
      read: () => {
        order.push(tensor.name.replace(/^.*\.(\w+)\.weight$/, "$1"));
        return tensor.read();
      },
    }));
    await sinqNoOverhead.blockStep!({ tensors }, config, { kernels }, { repeats: 2 });
    const first = [
      ...["down_proj", "down_proj", "down_proj"],
      ...["q_proj", "kv_a_proj_with_mqa", "input_layernorm.weight", "kv_b_proj", "kv_a_layernorm"],
      ...["gate_proj", "up_proj", "gate_proj", "up_proj", "gate_proj", "up_proj", "post_attention_layernorm.weight"],
    ];
    expect(order).toEqual([...first, ...first]);
  });

  it("leaves norms that bfloat16 holds as they are stored", async () => {
    const tensors = viewsOf(blocks.qwen3);
    const scales = await sinqNoOverhead.blockStep!({ tensors }, config, { kernels });
    const norm = await tensors[0].read();
    const before = norm.slice();
    applyScales(norm, scales.get("input_layernorm.weight")!);
    expect(norm).not.toEqual(before);
    const rest = Float32Array.from(norm, (value) => Math.abs(bfloat16(value) / value - 1));
    expect(Math.max(...rest)).toBeLessThan(1e-6);
  });

  it("gives the same scale whether or not all columns are stacked at once", async () => {
    const weights = viewsOf(blocks.qwen3).slice(2, 5);
    const { repeats: _, ...normalization } = sinqNoOverhead.defaults;
    const request = { weights, moved: new MovedScales(), tile: 64, normalization, kernels };
    expect(await sharedColumnScale({ ...request, stackValues: 1 })).toEqual(await sharedColumnScale(request));
  });

  it("has t = 1 in the middle", async () => {
    const weights = viewsOf(blocks.qwen3).slice(2, 5);
    const { repeats: _, ...normalization } = sinqNoOverhead.defaults;
    const t = await sharedColumnScale({ weights, moved: new MovedScales(), tile: 64, normalization, kernels });
    expect([...t].sort((a, b) => a - b)[95]).toBe(1);
  });

  it("refuses a block with a weight that it does not know, and options outside their range", async () => {
    const tensors = [...viewsOf(blocks.qwen3), ...viewsOf([["mlp.side_proj.weight", INNER, HIDDEN]])];
    await expect(sinqNoOverhead.blockStep!({ tensors }, config, { kernels })).rejects.toThrow(
      expect.objectContaining({ code: "unknown-block", message: expect.stringContaining("mlp.side_proj.weight") }),
    );
    await expect(
      sinqNoOverhead.blockStep!({ tensors: viewsOf(blocks.qwen3) }, config, { kernels }, { repeats: 0 }),
    ).rejects.toThrow("sinq-no-overhead: option repeats is 0 and must be a whole number of at least 1.");
  });
});
