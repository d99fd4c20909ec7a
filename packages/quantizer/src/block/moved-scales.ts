import type { BlockScales, BlockTensorView, TensorScales } from "./block-step.ts";
import type { ScaleLink } from "./scale-links.ts";

/**
 * Scales on their way between the layers of a block. What a link's weights are multiplied by, its source is divided by: the block
 * computes what it did. A norm is stored in 16 bits, so what it is divided by is chosen such that bfloat16 holds the result
 * exactly (to 2^-9 of what was asked for); linear weights are rounded to codes anyway.
 */
export class MovedScales {
  private readonly factors = new Map<ScaleLink, Float64Array>();

  /**
   * Moves one more scale over a link.
   *
   * @param scale what the columns of the link's weights are multiplied by, beside what they were multiplied by before
   */
  async move(link: ScaleLink, scale: ArrayLike<number>): Promise<void> {
    const before = this.factors.get(link);
    const factor = Float64Array.from(scale, (value, j) => value * (before?.[j] ?? 1));
    const norm = link.source.shape.length === 1 ? await link.source.read() : null;
    this.factors.set(link, norm ? factor.map((value, j) => storable(norm[j], value)) : factor);
  }

  /** What a tensor's rows and columns are multiplied by so far. */
  of({ name }: BlockTensorView): TensorScales {
    let rows: Float32Array | undefined;
    let columns: Float32Array | undefined;
    for (const [{ source, bias, weights, others }, factor] of this.factors) {
      if (source.name === name || bias?.name === name) rows = lastRows(source.shape[0], factor);
      if ([...weights, ...others].some((weight) => weight.name === name)) columns = Float32Array.from(factor);
    }
    return { ...(rows && { rows }), ...(columns && { columns }) };
  }

  /** All factors so far. */
  scales(): BlockScales {
    const scaled = [...this.factors.keys()].flatMap(({ source, bias, weights, others }) => [
      source,
      ...(bias ? [bias] : []),
      ...weights,
      ...others,
    ]);
    return new Map(scaled.map((tensor) => [tensor.name, this.of(tensor)]));
  }
}

/** 1 over the factors for the last of `count` rows, 1 for those before. */
function lastRows(count: number, factor: Float64Array): Float32Array {
  const rows = new Float32Array(count).fill(1);
  factor.forEach((value, i) => {
    rows[count - factor.length + i] = 1 / value;
  });
  return rows;
}

/** The factor near `wanted` by which `value` can be divided so that bfloat16 holds the result. */
function storable(value: number, wanted: number): number {
  const stored = bfloat16(value / wanted);
  const factor = value / stored;
  return Number.isFinite(factor) && factor > 0 ? factor : 1;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Nearest bfloat16, halves away from zero. */
function bfloat16(value: number): number {
  float[0] = value;
  bits[0] = (bits[0] + 0x8000) & 0xffff0000;
  return float[0];
}
