import { join } from "node:path";
import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  applyScales,
  type BlockTensorView,
  bitsPerWeight,
  decode,
  loadAux,
  quantizerConformance,
  scaledStatistics,
} from "@sinqbench/quantizer";
import { type Matrix, openSafetensors, seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { awq } from "./awq.ts";
import { sharedScale } from "./shared-scale.ts";

const kernels = loadKernels();
/** Numbers of AutoAWQ's formulas, computed once in Python: three weights that share 96 inputs, group 32. */
const ORACLE = join(import.meta.dirname, "fixtures/autoawq_formulas.safetensors");
const config = { bits: 4, groupSize: 32, tiling: "1d", aux: "f32" } as const;
const COLS = 96;

async function readOracle() {
  const source = await openSafetensors(ORACLE);
  const values = new Map<string, Float32Array>();
  for (const name of source.names()) values.set(name, await source.readFloat32(name));
  await source.close();
  const matrix = (name: string): Matrix => {
    const data = values.get(name)!;
    return { rows: data.length / COLS, cols: COLS, data };
  };
  const inputs = activationStatistics(matrix("x"), awq.needs!);
  const names = ["q", "k", "v"].map((letter) => [`self_attn.${letter}_proj.weight`, matrix(letter)] as const);
  const tensors: BlockTensorView[] = [
    view("input_layernorm.weight", [COLS], new Float32Array(COLS).fill(1)),
    ...names.map(([name, { rows, data }]) => view(name, [rows, COLS], data)),
  ];
  const statistics = new Map(names.map(([name]) => [name, inputs]));
  return { values, matrix, inputs, tensors, statistics };
}

function view(name: string, shape: number[], data: Float32Array): BlockTensorView {
  return { name, shape, quantized: shape.length > 1, read: async () => data.slice() };
}

const largestRatio = (a: Float32Array, b: Float32Array) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value / b[i] - 1)), 0);

describe("awq", () => {
  it.each(quantizerConformance(awq, { kernels, others: [referenceKernels] }))("$name", ({ run }) => run());

  it.each([
    [3, true],
    [4, true],
    [3, false],
    [4, false],
  ])("finds the scale of AutoAWQ's formulas at %i bits, duoScaling %s", async (bits, duoScaling) => {
    const { values, tensors, statistics } = await readOracle();
    const scales = await awq.blockStep!({ tensors }, { ...config, bits }, { kernels, statistics }, { duoScaling });
    const expected = values.get(`scale_b${bits}_${duoScaling ? "duo" : "x"}`)!;
    for (const name of ["q", "k", "v"]) {
      // What divides the norm is a bfloat16's worth off.
      expect(largestRatio(scales.get(`self_attn.${name}_proj.weight`)!.columns!, expected)).toBeLessThan(2 ** -8);
    }
    const norm = scales.get("input_layernorm.weight")!.rows!;
    expect(
      largestRatio(
        norm,
        scales.get("self_attn.q_proj.weight")!.columns!.map((value) => 1 / value),
      ),
    ).toBeLessThan(1e-6);
  });

  it.each([3, 4])("clips and rounds the scaled weight as AutoAWQ's formulas do at %i bits", async (bits) => {
    const { values, matrix, inputs } = await readOracle();
    const scale = values.get(`scale_b${bits}_duo`)!;
    const weight = matrix("v");
    applyScales(weight.data, { columns: scale });
    const context = { kernels, name: "self_attn.v_proj.weight", statistics: scaledStatistics(inputs, scale) };
    const decoded = decode(awq.quantize(weight, { ...config, bits }, context), kernels);
    const expected = values.get(`decoded_b${bits}`)!;
    // A group whose best limits are equal to float32's last bits may take the other.
    const groups = Array.from({ length: decoded.length / 32 }, (_, g) =>
      decoded.subarray(32 * g, 32 * g + 32).every((value, i) => Math.abs(value - expected[32 * g + i]) < 1e-5),
    );
    expect(groups.filter((same) => same).length / groups.length).toBeGreaterThan(0.98);
    const unclipped = decode(awq.quantize(weight, { ...config, bits }, context, { clip: false }), kernels);
    expect(unclipped).not.toEqual(decoded);
  });

  it("weighs a link's weights by their outputs: one stacked weight has the same scale", async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed);
      const normal = (rows: number, size: number) => {
        const data = random.fillNormal(new Float32Array(rows * 64), size);
        return data.map((value, i) => value * 2 ** ((i % 64) / (rows > 50 ? 16 : -16)));
      };
      const [tall, short] = [normal(96, 0.05), normal(8, 0.2)];
      const x = random.fillNormal(new Float32Array(60 * 64)).map((value, i) => value * 1.05 ** ((i * 7) % 64));
      const statistics = activationStatistics({ rows: 60, cols: 64, data: x }, awq.needs!);
      const known = { ...statistics, meanAbs: statistics.meanAbs!, rows: statistics.rows! };
      const request = { statistics: known, bits: 3, group: 32, duoScaling: true, kernels };
      const apart = [view("tall", [96, 64], tall), view("short", [8, 64], short)];
      const stacked = [view("both", [104, 64], Float32Array.of(...tall, ...short))];
      const scale = await sharedScale({ ...request, weights: apart });
      expect(largestRatio(scale, await sharedScale({ ...request, weights: stacked }))).toBeLessThan(1e-5);
    }
  });

  it("clips a weight that no input uses as far as to 0.55 of the largest", () => {
    const data = seededRandom(2).fillNormal(new Float32Array(32), 0.02);
    data[5] = 1;
    const x = seededRandom(3).fillNormal(new Float32Array(40 * 32));
    for (let at = 5; at < x.length; at += 32) x[at] = 0;
    const statistics = activationStatistics({ rows: 40, cols: 32, data: x }, awq.needs!);
    const decoded = decode(awq.quantize({ rows: 1, cols: 32, data }, config, { kernels, statistics }), kernels);
    expect(decoded[5]).toBeGreaterThan(0.5);
    expect(decoded[5]).toBeLessThan(0.6);
  });

  it("takes a router's inputs for those of all experts", async () => {
    const normal = (rows: number, cols: number, seed: number) =>
      seededRandom(seed).fillNormal(new Float32Array(rows * cols), 0.05);
    const router = { ...view("mlp.gate.weight", [2, 64], normal(2, 64, 1)), quantized: false };
    const tensors = [
      view("post_attention_layernorm.weight", [64], new Float32Array(64).fill(1)),
      router,
      ...[0, 1].flatMap((e) => [
        view(`mlp.experts.${e}.gate_proj.weight`, [32, 64], normal(32, 64, 2 + e)),
        view(`mlp.experts.${e}.up_proj.weight`, [32, 64], normal(32, 64, 4 + e)),
        view(`mlp.experts.${e}.down_proj.weight`, [64, 32], normal(64, 32, 6 + e)),
      ]),
    ];
    const inputs = activationStatistics({ rows: 50, cols: 64, data: normal(50, 64, 9) }, awq.needs!);
    const statistics = new Map([[router.name, inputs]]);
    const scales = await awq.blockStep!({ tensors }, config, { kernels, statistics });
    const { columns } = scales.get(router.name)!;
    expect(scales.get("mlp.experts.1.up_proj.weight")).toEqual({ columns });
    expect(scales.has("mlp.experts.1.down_proj.weight")).toBe(false);
  });

  it("does not clip queries and keys", async () => {
    const { matrix, inputs } = await readOracle();
    const decoded = (name: string | undefined, options = {}) => {
      const context = { kernels, statistics: inputs, ...(name && { name }) };
      return decode(awq.quantize(matrix("v"), { ...config, bits: 3 }, context, options), kernels);
    };
    const plain = decoded("self_attn.v_proj.weight", { clip: false });
    for (const name of ["self_attn.q_proj.weight", "self_attn.k_proj.weight"]) expect(decoded(name)).toEqual(plain);
    for (const name of ["self_attn.v_proj.weight", "mlp.down_proj.weight", undefined]) {
      expect(decoded(name)).not.toEqual(plain);
    }
  });

  it("brings the error of the outputs of all three weights below that of rounding to nearest", async () => {
    const { matrix, inputs, tensors, statistics } = await readOracle();
    const scales = await awq.blockStep!({ tensors }, { ...config, bits: 3 }, { kernels, statistics });
    const error = (scaled: boolean) =>
      ["q", "k", "v"].reduce((sum, letter) => {
        const name = `self_attn.${letter}_proj.weight`;
        const columns = scaled ? scales.get(name)!.columns! : new Float32Array(COLS).fill(1);
        const weight = matrix(letter);
        const kept = weight.data.slice();
        applyScales(weight.data, { columns });
        const context = { kernels, name, statistics: scaledStatistics(inputs, columns) };
        const approximation = decode(awq.quantize(weight, { ...config, bits: 3 }, context, { clip: scaled }), kernels);
        applyScales(approximation, { columns: columns.map((value) => 1 / value) });
        const { data, rows } = matrix("x");
        return sum + kernels.outputError(data, rows, kept, approximation, weight.rows, COLS, "l2") * weight.rows;
      }, 0);
    expect(error(true)).toBeLessThan(0.5 * error(false));
  });

  it("finds all scales on the block's weights as they are, and leaves links alone of which it knows no inputs", async () => {
    const random = seededRandom(8);
    const normal = (rows: number, cols: number) => random.fillNormal(new Float32Array(rows * cols), 0.05);
    const tensors = [
      view("post_attention_layernorm.weight", [64], new Float32Array(64).fill(1)),
      view("mlp.gate_proj.weight", [96, 64], normal(96, 64)),
      view("mlp.up_proj.weight", [96, 64], normal(96, 64)),
      view("mlp.down_proj.weight", [64, 96], normal(64, 96)),
    ];
    const inputs = (cols: number) => activationStatistics({ rows: 40, cols, data: normal(40, cols) }, awq.needs!);
    const [wide, narrow] = [inputs(96), inputs(64)];
    const down = new Map([["mlp.down_proj.weight", wide]]);
    const both = new Map([...down, ["mlp.gate_proj.weight", narrow], ["mlp.up_proj.weight", narrow]]);
    const alone = await awq.blockStep!({ tensors }, config, { kernels, statistics: down });
    const together = await awq.blockStep!({ tensors }, config, { kernels, statistics: both });
    expect([...alone.keys()].sort()).toEqual(["mlp.down_proj.weight", "mlp.up_proj.weight"]);
    expect(together.get("mlp.down_proj.weight")).toEqual(alone.get("mlp.down_proj.weight"));
    expect(together.get("mlp.up_proj.weight")!.rows).toEqual(alone.get("mlp.up_proj.weight")!.rows);
    expect(together.get("mlp.up_proj.weight")!.columns).toEqual(together.get("mlp.gate_proj.weight")!.columns);
  });

  it("stores no more than rounding to nearest does", async () => {
    const { matrix, inputs } = await readOracle();
    const encoded = awq.quantize(matrix("v"), { ...config, aux: "f16" }, { kernels, statistics: inputs });
    expect(bitsPerWeight(encoded)).toBe(4 + 32 / 32);
    expect(loadAux(encoded.scale)).toHaveLength((32 * COLS) / 32);
  });

  it("refuses an option outside its range by name, in the block step too", async () => {
    const { matrix, inputs, tensors, statistics } = await readOracle();
    const options = { duoScaling: "yes" as unknown as boolean };
    const message = "awq: option duoScaling is yes and must be true or false.";
    expect(() => awq.quantize(matrix("v"), config, { kernels, statistics: inputs }, options)).toThrow(message);
    await expect(awq.blockStep!({ tensors }, config, { kernels, statistics }, options)).rejects.toThrow(message);
  });
});
