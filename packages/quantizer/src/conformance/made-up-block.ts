import { seededRandom } from "@sinqbench/tensor";
import type { BlockTensorView } from "../block/block-step.ts";

export type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export const HIDDEN = 96;
/** Widths of queries, and of the latent queries and keys of DeepSeek. */
const LATENT = 64;
const EXPERTS = 3;
const INNER = 64;

type Shape = readonly number[];

const mlp = (prefix: string): [string, Shape][] => [
  [`${prefix}.gate_proj.weight`, [INNER, HIDDEN]],
  [`${prefix}.up_proj.weight`, [INNER, HIDDEN]],
  [`${prefix}.down_proj.weight`, [HIDDEN, INNER]],
];
const experts: [string, Shape][] = [
  ["mlp.gate.weight", [EXPERTS, HIDDEN]],
  ...Array.from({ length: EXPERTS }, (_, e) => mlp(`mlp.experts.${e}`)).flat(),
];
const norms: [string, Shape][] = [
  ["input_layernorm.weight", [HIDDEN]],
  ["post_attention_layernorm.weight", [HIDDEN]],
];
const output: [string, Shape] = ["self_attn.o_proj.weight", [HIDDEN, HIDDEN]];

/** Small blocks of every kind that a block step must know, by their checkpoints' tensor names. */
const shapes = {
  "a Llama block with biases": [
    ...norms,
    ["self_attn.q_proj.weight", [HIDDEN, HIDDEN]],
    ["self_attn.k_proj.weight", [HIDDEN, HIDDEN]],
    ["self_attn.v_proj.weight", [HIDDEN, HIDDEN]],
    ["self_attn.v_proj.bias", [HIDDEN]],
    output,
    ...mlp("mlp"),
    ["mlp.up_proj.bias", [INNER]],
  ],
  "a Qwen3 block of shared heads": [
    ...norms,
    ["self_attn.q_proj.weight", [HIDDEN, HIDDEN]],
    ["self_attn.k_proj.weight", [HIDDEN / 2, HIDDEN]],
    ["self_attn.v_proj.weight", [HIDDEN / 2, HIDDEN]],
    output,
    ...mlp("mlp"),
  ],
  "a Phi-3 block of fused projections": [
    ...norms,
    ["self_attn.qkv_proj.weight", [3 * HIDDEN, HIDDEN]],
    output,
    ["mlp.gate_up_proj.weight", [2 * INNER, HIDDEN]],
    ["mlp.down_proj.weight", [HIDDEN, INNER]],
  ],
  "a Qwen3 block of experts": [
    ...norms,
    ["self_attn.q_proj.weight", [HIDDEN, HIDDEN]],
    ["self_attn.k_proj.weight", [HIDDEN / 2, HIDDEN]],
    ["self_attn.v_proj.weight", [HIDDEN / 2, HIDDEN]],
    output,
    ...experts,
  ],
  "a DeepSeek block of experts": [
    ...norms,
    ["self_attn.q_a_proj.weight", [LATENT, HIDDEN]],
    ["self_attn.q_a_layernorm.weight", [LATENT]],
    ["self_attn.q_b_proj.weight", [HIDDEN, LATENT]],
    ["self_attn.kv_a_proj_with_mqa.weight", [LATENT + 8, HIDDEN]],
    ["self_attn.kv_a_layernorm.weight", [LATENT]],
    ["self_attn.kv_b_proj.weight", [2 * HIDDEN, LATENT]],
    output,
    ...experts,
    ["mlp.gate.e_score_correction_bias", [EXPERTS]],
    ...mlp("mlp.shared_experts"),
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [string, Shape])[]>>;

export type BlockKind = keyof typeof shapes;
export const blockKinds = Object.keys(shapes) as BlockKind[];

/** Normal weights with columns of very different size; norms around 1. */
export function madeUpBlock(kind: BlockKind): Tensors {
  const random = seededRandom(11);
  // The columns behind one norm are large or small together, as outlier channels make them.
  const sizes = Array.from({ length: 2 * HIDDEN }, () => 4 ** random.normal());
  return new Map(
    shapes[kind].map(([name, shape]) => {
      const [rows, cols = 1] = shape;
      const deviation = shape.length > 1 ? 0.3 / Math.sqrt(cols) : 0.1;
      const data = random.fillNormal(new Float32Array(rows * cols), deviation, name.includes("norm") ? 1 : 0);
      if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] *= sizes[i % cols];
      return [name, { shape, data }];
    }),
  );
}

export function viewsOf(tensors: Tensors): BlockTensorView[] {
  return Array.from(tensors, ([name, { shape, data }]) => ({
    name,
    shape,
    quantized: shape.length > 1 && name !== "mlp.gate.weight",
    read: async () => data.slice(),
  }));
}
