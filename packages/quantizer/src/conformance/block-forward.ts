import type { Tensors } from "./made-up-block.ts";

type Rows = readonly Float64Array[];

/** Inputs that a linear layer of the block gets, by its weight's name. */
export type SeenInputs = Map<string, Rows>;

const HEADS = 6;

/**
 * What a block makes of some tokens, in float64, without positions: attention over all tokens, experts weighted by the softmax of
 * all of the router's outputs. Real blocks differ in ways that no scale of a weight touches.
 *
 * @param seen gets the inputs of every linear layer
 */
export function blockForward(tensors: Tensors, tokens: Rows, seen: SeenInputs = new Map()): Rows {
  const linear = (name: string, x: Rows): Rows => {
    const { shape, data } = tensors.get(`${name}.weight`)!;
    const bias = tensors.get(`${name}.bias`)?.data;
    const cols = shape[1]!;
    seen.set(`${name}.weight`, x);
    return x.map((row) =>
      Float64Array.from({ length: shape[0]! }, (_, i) => {
        let sum = bias?.[i] ?? 0;
        for (let j = 0; j < cols; j++) sum += data[i * cols + j] * row[j];
        return sum;
      }),
    );
  };
  const norm = (name: string, x: Rows): Rows => {
    const weight = tensors.get(`${name}.weight`)!.data;
    return x.map((row) => {
      const size = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length + 1e-6);
      return row.map((value, j) => (value / size) * weight[j]);
    });
  };
  const has = (name: string) => tensors.has(`${name}.weight`);
  const mlp = (prefix: string, x: Rows): Rows => {
    const fused = has(`${prefix}.gate_up_proj`) ? halves(linear(`${prefix}.gate_up_proj`, x)) : null;
    const [gate, up] = fused ?? [linear(`${prefix}.gate_proj`, x), linear(`${prefix}.up_proj`, x)];
    const inner = up.map((row, t) => row.map((value, j) => (value * gate[t][j]) / (1 + Math.exp(-gate[t][j]))));
    return linear(`${prefix}.down_proj`, inner);
  };

  const x = norm("input_layernorm", tokens);
  let [q, k, v]: [Rows, Rows, Rows] = [[], [], []];
  if (has("self_attn.q_proj")) {
    [q, k, v] = [linear("self_attn.q_proj", x), linear("self_attn.k_proj", x), linear("self_attn.v_proj", x)];
  } else if (has("self_attn.qkv_proj")) {
    const all = linear("self_attn.qkv_proj", x);
    [q, k, v] = [0, 1, 2].map((i) => all.map((row) => row.slice((i * row.length) / 3, ((i + 1) * row.length) / 3)));
  } else {
    q = linear("self_attn.q_b_proj", norm("self_attn.q_a_layernorm", linear("self_attn.q_a_proj", x)));
    const width = tensors.get("self_attn.kv_a_layernorm.weight")!.data.length;
    const latent = linear("self_attn.kv_a_proj_with_mqa", x).map((row) => row.slice(0, width));
    [k, v] = halves(linear("self_attn.kv_b_proj", norm("self_attn.kv_a_layernorm", latent)));
  }
  const attended = plus(tokens, linear("self_attn.o_proj", attention(q, k, v)));
  const y = norm("post_attention_layernorm", attended);
  if (!has("mlp.gate")) return plus(attended, mlp("mlp", y));
  const shares = linear("mlp.gate", y).map(softmax);
  const routed = shares[0]!.reduce<Rows>((sum, _, e) => {
    const given = mlp(`mlp.experts.${e}`, y).map((row, t) => row.map((value) => value * shares[t][e]));
    return plus(sum, given);
  }, attended);
  return has("mlp.shared_experts.up_proj") ? plus(routed, mlp("mlp.shared_experts", y)) : routed;
}

function halves(x: Rows): [Rows, Rows] {
  return [x.map((row) => row.slice(0, row.length / 2)), x.map((row) => row.slice(row.length / 2))];
}

/** Every token attends to all; keys and values may be of fewer heads. */
function attention(q: Rows, k: Rows, v: Rows): Rows {
  const width = q[0].length / HEADS;
  const shared = q[0].length / v[0].length;
  return q.map((query) => {
    const out = new Float64Array(query.length);
    for (let head = 0; head < HEADS; head++) {
      const from = Math.floor(head / shared) * width;
      const scores = k.map((key) => {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += query[head * width + j] * key[from + j];
        return sum / Math.sqrt(width);
      });
      softmax(Float64Array.from(scores)).forEach((share, t) => {
        for (let j = 0; j < width; j++) out[head * width + j] += share * v[t][from + j];
      });
    }
    return out;
  });
}

function softmax(scores: Float64Array): Float64Array {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function plus(a: Rows, b: Rows): Rows {
  return a.map((row, t) => row.map((value, j) => value + b[t][j]));
}
