import type { RowRange, TensorInfo, TensorSource } from "@sinqbench/tensor";
import { float8Values } from "./float8.ts";
import { messages } from "./messages.ts";
import type { ModelConfig } from "./types.ts";

/** What DeepSeek-V3's checkpoints add to a weight's name for its scales. */
const SCALES = "_scale_inv";
/** Name of the scales of a weight of 8 bits. */
export const scalesOf = (weight: string) => weight + SCALES;

/** Weights converted at a time, so that their bytes are no second copy of a large matrix. */
const CHUNK_WEIGHTS = 8 << 20;

/**
 * A checkpoint whose 8-bit weights read as float32: matrices of dtype F8_E4M3 are multiplied by the scale of their block, as
 * transformers' fp8 dequantization does (weight * weight_scale_inv); all else is as it is stored. Where the config names no
 * block, the checkpoint comes back itself.
 */
export function scaledSource(source: TensorSource, { scaledBlock }: Pick<ModelConfig, "scaledBlock">): TensorSource {
  return scaledBlock === null ? source : new ScaledSource(source, scaledBlock);
}

class ScaledSource implements TensorSource {
  readonly #names: readonly string[];

  constructor(
    private readonly source: TensorSource,
    private readonly block: readonly [rows: number, cols: number],
  ) {
    const scales = new Set(source.names().flatMap((name) => (this.#isScaled(name) ? [scalesOf(name)] : [])));
    this.#names = source.names().filter((name) => !scales.has(name));
  }

  get path(): string {
    return this.source.path;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.source.metadata;
  }

  /** Scales are a part of their weight. */
  names(): readonly string[] {
    return this.#names;
  }

  has(name: string): boolean {
    return this.source.has(name);
  }

  info(name: string): TensorInfo {
    const info = this.source.info(name);
    return this.#isScaled(name) ? { ...info, dtype: "F32", bytes: 4 * info.bytes } : info;
  }

  async readFloat32(name: string, rows?: RowRange): Promise<Float32Array> {
    if (!this.#isScaled(name)) return this.source.readFloat32(name, rows);
    const { shape } = this.source.info(name);
    const [height, width] = shape as [number, number];
    const scales = await this.#scales(name, height, width);
    const [first, last] = rows ?? [0, height];
    const out = new Float32Array((last - first) * width);
    const step = Math.max(1, Math.floor(CHUNK_WEIGHTS / width));
    for (let start = first; start < last; start += step) {
      const end = Math.min(start + step, last);
      const bytes = await this.source.readBytes(name, [start, end]);
      this.#multiply(bytes, scales, start, width, out.subarray((start - first) * width, (end - first) * width));
    }
    return out;
  }

  async readInt32(name: string, rows?: RowRange): Promise<Int32Array> {
    return this.source.readInt32(name, rows);
  }

  async readBytes(name: string, rows?: RowRange): Promise<Uint8Array> {
    if (!this.#isScaled(name)) return this.source.readBytes(name, rows);
    return new Uint8Array((await this.readFloat32(name, rows)).buffer);
  }

  async prefetch(name: string, rows?: RowRange): Promise<void> {
    await this.source.prefetch(name, rows);
    if (this.#isScaled(name)) await this.source.prefetch(scalesOf(name));
  }

  close(): Promise<void> {
    return this.source.close();
  }

  #isScaled(name: string): boolean {
    if (!this.source.has(name)) return false;
    const { dtype, shape } = this.source.info(name);
    return dtype === "F8_E4M3" && shape.length === 2;
  }

  async #scales(name: string, rows: number, cols: number): Promise<Float32Array> {
    const scales = scalesOf(name);
    if (!this.source.has(scales)) throw messages.missingScales(this.path, name, scales);
    const wanted = [Math.ceil(rows / this.block[0]), Math.ceil(cols / this.block[1])];
    const found = this.source.info(scales).shape;
    if (found.length !== 2 || found.some((size, axis) => size !== wanted[axis])) {
      throw messages.wrongScales(this.path, scales, found, wanted);
    }
    return this.source.readFloat32(scales);
  }

  /** `bytes` and `out` hold whole rows, from row `first` of the matrix on. */
  #multiply(bytes: Uint8Array, scales: Float32Array, first: number, width: number, out: Float32Array): void {
    const [blockRows, blockCols] = this.block;
    const perRow = Math.ceil(width / blockCols);
    for (let at = 0, row = first; at < bytes.length; at += width, row++) {
      const line = Math.floor(row / blockRows) * perRow;
      for (let start = 0, block = line; start < width; start += blockCols, block++) {
        const scale = scales[block]!;
        const end = Math.min(start + blockCols, width);
        for (let column = start; column < end; column++) out[at + column] = float8Values[bytes[at + column]!]! * scale;
      }
    }
  }
}
