import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Hidden states of all windows of all variants between two blocks, float32, addressed by variant and batch. */
export interface Chains {
  /** A buffer of `length` floats to fill; reuses one that was handed back. */
  borrow(length: number): Float32Array<ArrayBuffer>;
  giveBack(buffer: Float32Array<ArrayBuffer>): void;
  /** Takes the states out; the caller owns the buffer until it is `put` or given back. */
  take(variant: number, batch: number): Promise<Float32Array<ArrayBuffer>>;
  put(variant: number, batch: number, states: Float32Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** Chains above this size live in files: a pass over them costs far less than the block between two passes. */
export const CHAINS_IN_MEMORY_BYTES = 256 * 2 ** 20;

/** `lengths`: floats in each batch. Files are deleted by `close`, also after an error. */
export async function openChains(
  variants: number,
  lengths: readonly number[],
  memoryBytes = CHAINS_IN_MEMORY_BYTES,
): Promise<Chains> {
  const bytes = lengths.reduce((sum, length) => sum + length * 4, 0) * variants;
  return bytes <= memoryBytes ? new MemoryChains() : FileChains.open(variants, lengths);
}

class BufferPool {
  private readonly spare: Float32Array<ArrayBuffer>[] = [];

  borrow(length: number): Float32Array<ArrayBuffer> {
    const index = this.spare.findIndex((buffer) => buffer.length === length);
    return index < 0 ? new Float32Array(length) : this.spare.splice(index, 1)[0]!;
  }

  giveBack(buffer: Float32Array<ArrayBuffer>): void {
    this.spare.push(buffer);
  }
}

class MemoryChains extends BufferPool implements Chains {
  private readonly states = new Map<string, Float32Array<ArrayBuffer>>();

  async take(variant: number, batch: number): Promise<Float32Array<ArrayBuffer>> {
    const key = `${variant}/${batch}`;
    const states = this.states.get(key)!;
    this.states.delete(key);
    return states;
  }

  async put(variant: number, batch: number, states: Float32Array<ArrayBuffer>): Promise<void> {
    this.states.set(`${variant}/${batch}`, states);
  }

  async close(): Promise<void> {
    this.states.clear();
  }
}

class FileChains extends BufferPool implements Chains {
  private constructor(
    private readonly folder: string,
    private readonly files: readonly FileHandle[],
    private readonly lengths: readonly number[],
    private readonly offsets: readonly number[],
  ) {
    super();
  }

  static async open(variants: number, lengths: readonly number[]): Promise<FileChains> {
    const folder = await mkdtemp(join(tmpdir(), "sinqbench-chains-"));
    const names = Array.from({ length: variants }, (_, variant) => join(folder, `${variant}.f32`));
    const files = await Promise.all(names.map((name) => open(name, "w+")));
    const offsets: number[] = [];
    lengths.reduce((offset, length, batch) => {
      offsets[batch] = offset;
      return offset + length * 4;
    }, 0);
    return new FileChains(folder, files, lengths, offsets);
  }

  async take(variant: number, batch: number): Promise<Float32Array<ArrayBuffer>> {
    const states = this.borrow(this.lengths[batch]!);
    const bytes = new Uint8Array(states.buffer);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.files[variant]!.read(
        bytes,
        done,
        bytes.length - done,
        this.offsets[batch]! + done,
      );
      if (bytesRead === 0) throw new Error(`chain file ${variant} of ${this.folder} ended early`);
      done += bytesRead;
    }
    return states;
  }

  async put(variant: number, batch: number, states: Float32Array<ArrayBuffer>): Promise<void> {
    const bytes = new Uint8Array(states.buffer);
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.files[variant]!.write(
        bytes,
        done,
        bytes.length - done,
        this.offsets[batch]! + done,
      );
      done += bytesWritten;
    }
    this.giveBack(states);
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
