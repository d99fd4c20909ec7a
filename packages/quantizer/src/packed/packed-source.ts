import type { Kernels } from "@sinqbench/kernels";
import { BenchError, openCheckpoint, type RowRange, type TensorInfo, type TensorSource } from "@sinqbench/tensor";
import { decode } from "../decode.ts";
import { damagedPacked } from "../messages.ts";
import { problemOf } from "./check-encoded.ts";
import { arrayNames, encodedFromTensors } from "./encoded-from-tensors.ts";
import type { PackedDescription } from "./encoded-tensors.ts";
import { isPacked, readPackedMetadata } from "./packed-metadata.ts";

/** What a packed checkpoint stores of one matrix. */
export interface StoredMatrix {
  readonly method: string;
  readonly bits: number;
  readonly weights: number;
  /** Bytes of its tensors; the file's header, which names and describes them, is not counted. */
  readonly bytes: number;
}

/**
 * A checkpoint by the names of its weights: quantized matrices that are stored packed read as float32 [rows, cols], decoded at
 * every read; all else is as it is stored. A checkpoint without packed matrices comes back itself.
 *
 * @throws BenchError `damaged-packed` where the description or a matrix's tensors are not complete
 */
export function unpacked(source: TensorSource, kernels: Kernels): TensorSource {
  return isPacked(source) ? new PackedSource(source, kernels) : source;
}

/**
 * Opens a checkpoint folder by the names of its weights: see `unpacked`.
 *
 * @throws BenchError those of `openCheckpoint` and `unpacked`
 */
export async function openUnpacked(dir: string, kernels: Kernels): Promise<TensorSource> {
  const source = await openCheckpoint(dir);
  try {
    return unpacked(source, kernels);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The packed matrices of what `unpacked` returned, by name; empty where there are none. */
export function packedMatrices(source: TensorSource): ReadonlyMap<string, StoredMatrix> {
  return source instanceof PackedSource ? source.matrices : new Map();
}

class PackedSource implements TensorSource {
  readonly #descriptions: ReadonlyMap<string, PackedDescription>;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  readonly #names: readonly string[];
  /** The matrix last read by rows: a head is read slice by slice. */
  #last: { readonly name: string; readonly values: Promise<Float32Array> } | undefined;

  constructor(
    private readonly source: TensorSource,
    private readonly kernels: Kernels,
  ) {
    this.#descriptions = readPackedMetadata(source.path, source.metadata);
    const parts = new Set<string>();
    const matrices = new Map<string, StoredMatrix>();
    for (const [name, description] of this.#descriptions) {
      if (source.has(name)) throw damagedPacked(source.path, name, "it is there a second time, not quantized");
      const { method, bits, rows, cols } = description;
      if (!isSize(rows) || !isSize(cols)) throw damagedPacked(source.path, name, `its shape is [${rows}, ${cols}]`);
      let bytes = 0;
      for (const part of arrayNames(name, description)) {
        if (!source.has(part)) throw damagedPacked(source.path, name, `its tensor "${part}" is missing`);
        bytes += source.info(part).bytes;
        parts.add(part);
      }
      matrices.set(name, { method: String(method), bits: Number(bits), weights: rows * cols, bytes });
    }
    this.matrices = matrices;
    this.#names = [...source.names().filter((name) => !parts.has(name)), ...matrices.keys()];
  }

  get path(): string {
    return this.source.path;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.source.metadata;
  }

  names(): readonly string[] {
    return this.#names;
  }

  has(name: string): boolean {
    return this.#descriptions.has(name) || this.source.has(name);
  }

  info(name: string): TensorInfo {
    const description = this.#descriptions.get(name);
    if (!description) return this.source.info(name);
    const shape = [Number(description.rows), Number(description.cols)];
    return { name, dtype: "F32", shape, bytes: 4 * shape[0] * shape[1] };
  }

  async readFloat32(name: string, rows?: RowRange): Promise<Float32Array> {
    if (!this.#descriptions.has(name)) return this.source.readFloat32(name, rows);
    if (!rows) return this.#decode(name);
    if (this.#last?.name !== name) this.#last = { name, values: this.#decode(name) };
    const values = await this.#last.values;
    const cols = this.info(name).shape[1];
    return values.slice(rows[0] * cols, rows[1] * cols);
  }

  async readInt32(name: string, rows?: RowRange): Promise<Int32Array> {
    return this.source.readInt32(name, rows);
  }

  async readBytes(name: string, rows?: RowRange): Promise<Uint8Array> {
    if (!this.#descriptions.has(name)) return this.source.readBytes(name, rows);
    return new Uint8Array((await this.readFloat32(name, rows)).buffer);
  }

  async prefetch(name: string, rows?: RowRange): Promise<void> {
    const description = this.#descriptions.get(name);
    if (!description) return this.source.prefetch(name, rows);
    for (const part of arrayNames(name, description)) await this.source.prefetch(part);
  }

  close(): Promise<void> {
    this.#last = undefined;
    return this.source.close();
  }

  async #decode(name: string): Promise<Float32Array> {
    const encoded = await encodedFromTensors(this.source, name, this.#descriptions.get(name)!);
    const problem = problemOf(encoded, this.kernels);
    if (problem !== undefined) throw damagedPacked(this.path, name, problem);
    try {
      return decode(encoded, this.kernels);
    } catch (error) {
      throw error instanceof BenchError ? damagedPacked(this.path, name, error.message) : error;
    }
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
