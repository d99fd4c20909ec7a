import { describe, expect, it } from "vitest";
import type { LayerStatistics } from "../types.ts";
import { applyScales, scaledStatistics } from "./apply-scales.ts";
import type { BlockTensorView } from "./block-step.ts";
import { composedScales } from "./composed-scales.ts";
import { MovedScales } from "./moved-scales.ts";
import { isValueLink, scaleLinks } from "./scale-links.ts";

function view(name: string, ...shape: number[]): BlockTensorView {
  const quantized = shape.length > 1 && name !== "mlp.gate.weight";
  const count = shape.reduce((product, size) => product * size, 1);
  return { name, shape, quantized, read: async () => Float32Array.from({ length: count }, (_, i) => 1 + i / 7) };
}

const linked = (...tensors: BlockTensorView[]) =>
  scaleLinks({ tensors }).map(({ source, bias, weights, others }) => [
    source.name,
    bias?.name ?? null,
    weights.map(({ name }) => name),
    others.map(({ name }) => name),
  ]);

describe("factors of a tensor", () => {
  it("multiply rows and columns in place", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    applyScales(values, { rows: Float32Array.of(1, 10), columns: Float32Array.of(1, 2, 3) });
    expect([...values]).toEqual([1, 4, 9, 40, 100, 180]);
    const norm = Float32Array.of(1, 2, 3);
    applyScales(norm, { rows: Float32Array.of(2, 3, 4) });
    expect([...norm]).toEqual([2, 6, 12]);
    applyScales(norm, {});
    expect([...norm]).toEqual([2, 6, 12]);
  });

  it("divide what is known of the inputs, second moments twice", () => {
    const known: LayerStatistics = {
      tokens: 5,
      meanAbs: Float32Array.of(2, 6),
      std: Float32Array.of(4, 8),
      rows: { rows: 2, cols: 2, data: Float32Array.of(2, 4, 6, 8) },
      secondMoment: { rows: 2, cols: 2, data: Float32Array.of(4, 8, 8, 64) },
    };
    expect(scaledStatistics(known, Float32Array.of(2, 4))).toEqual({
      tokens: 5,
      meanAbs: Float32Array.of(1, 1.5),
      std: Float32Array.of(2, 2),
      rows: { rows: 2, cols: 2, data: Float32Array.of(1, 1, 3, 2) },
      secondMoment: { rows: 2, cols: 2, data: Float32Array.of(1, 1, 1, 4) },
    });
    expect(scaledStatistics({ tokens: 1 }, Float32Array.of(2))).toEqual({ tokens: 1 });
  });

  it("of two steps are multiplied", () => {
    const first = new Map([["a", { rows: Float32Array.of(2), columns: Float32Array.of(3) }]]);
    const second = new Map([
      ["a", { rows: Float32Array.of(5) }],
      ["b", { columns: Float32Array.of(7) }],
    ]);
    expect(composedScales(first, second)).toEqual(
      new Map([
        ["a", { rows: Float32Array.of(10), columns: Float32Array.of(3) }],
        ["b", { columns: Float32Array.of(7) }],
      ]),
    );
  });
});

describe("links of a block", () => {
  const router = view("mlp.gate.weight", 2, 8);
  const expert = (prefix: string) => [
    view(`${prefix}.gate_proj.weight`, 4, 8),
    view(`${prefix}.up_proj.weight`, 4, 8),
    view(`${prefix}.down_proj.weight`, 8, 4),
  ];

  it("lead from a norm to all experts and the router, and from each up projection to its down projection", () => {
    const norm = view("post_attention_layernorm.weight", 8);
    const tensors = [
      norm,
      router,
      ...expert("mlp.experts.0"),
      ...expert("mlp.experts.11"),
      ...expert("mlp.shared_experts"),
    ];
    const gated = ["mlp.experts.0", "mlp.experts.11", "mlp.shared_experts"];
    expect(linked(...tensors)).toEqual([
      [norm.name, null, gated.flatMap((at) => [`${at}.gate_proj.weight`, `${at}.up_proj.weight`]), [router.name]],
      ...gated.map((at) => [`${at}.up_proj.weight`, null, [`${at}.down_proj.weight`], []]),
    ]);
  });

  it("of an expert alone are one", () => {
    const at = "mlp.experts.3";
    expect(linked(...expert(at))).toEqual([[`${at}.up_proj.weight`, null, [`${at}.down_proj.weight`], []]]);
  });

  it("lead from values to outputs where heads are not shared, with a bias that is added between", () => {
    const output = view("self_attn.o_proj.weight", 8, 8);
    const values = view("self_attn.v_proj.weight", 8, 8);
    const bias = view("self_attn.v_proj.bias", 8);
    expect(linked(values, bias, output)).toEqual([[values.name, bias.name, [output.name], []]]);
    expect(scaleLinks({ tensors: [values, output] }).map(isValueLink)).toEqual([true]);
    expect(linked(view("self_attn.v_proj.weight", 4, 8), output)).toEqual([]);
    expect(linked(values, view("self_attn.o_proj.weight", 8, 16))).toEqual([]);
  });

  it("are refused past a weight whose inputs are not known, and between sizes that differ", () => {
    const norm = view("input_layernorm.weight", 8);
    for (const tensors of [
      [norm, view("self_attn.q_proj.weight", 8, 8), view("self_attn.r_proj.weight", 8, 8)],
      [norm, view("self_attn.q_proj.weight", 8, 6)],
      [view("mlp.gate_up_proj.weight", 8, 8), view("mlp.down_proj.weight", 8, 8)],
    ]) {
      expect(() => scaleLinks({ tensors })).toThrow(expect.objectContaining({ code: "unknown-block" }));
    }
  });
});

describe("moved scales", () => {
  it("undo in the source what they do in the weights, twice moved too", async () => {
    const up = view("mlp.up_proj.weight", 3, 8);
    const bias = view("mlp.up_proj.bias", 3);
    const down = view("mlp.down_proj.weight", 8, 3);
    const [link] = scaleLinks({ tensors: [up, bias, down] });
    const moved = new MovedScales();
    await moved.move(link, [2, 4, 0.5]);
    await moved.move(link, [3, 0.25, 0.5]);
    const rows = Float32Array.of(1 / 6, 1, 4);
    expect(moved.scales()).toEqual(
      new Map([
        [up.name, { rows }],
        [bias.name, { rows }],
        [down.name, { columns: Float32Array.of(6, 1, 0.25) }],
      ]),
    );
    expect(moved.of(view("other", 3))).toEqual({});
  });

  it("change the last rows of a source that has more", async () => {
    const fused = view("mlp.gate_up_proj.weight", 4, 8);
    const [link] = scaleLinks({ tensors: [fused, view("mlp.down_proj.weight", 8, 2)] });
    const moved = new MovedScales();
    await moved.move(link, [2, 4]);
    expect(moved.of(fused).rows).toEqual(Float32Array.of(1, 1, 0.5, 0.25));
  });

  it("leave a norm's value that is 0, or would not be finite, without a scale", async () => {
    const norm = { ...view("input_layernorm.weight", 4), read: async () => Float32Array.of(0, 1e-38, 1, 1e38) };
    const [link] = scaleLinks({ tensors: [norm, view("self_attn.q_proj.weight", 4, 4)] });
    const moved = new MovedScales();
    await moved.move(link, [8, 1e30, 0.5, 1e-10]);
    expect(moved.of(norm).rows).toEqual(Float32Array.of(1, 1, 2, 1));
    expect(moved.of(link.weights[0]).columns).toEqual(Float32Array.of(1, 1, 0.5, 1));
  });
});
