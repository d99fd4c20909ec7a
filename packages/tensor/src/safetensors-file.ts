import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { float32Converters, isInteger, toInt32 } from "./convert.ts";
import { elementCount } from "./dtype.ts";
import {
  badRows,
  changedFile,
  damagedFile,
  integerRange,
  missingTensor,
  notFloat,
  notInteger,
  sourceClosed,
  unreadableFile,
} from "./messages.ts";
import { type Header, parseHeader, type StoredTensor } from "./parse-header.ts";
import type { RowRange, TensorInfo, TensorSource } from "./tensor-source.ts";

/** Longest header read: the format's own limit. A model of 100,000 tensors has about 12 MB; a larger number is damage. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Bytes converted at a time: large enough for one disk request each, small enough that dtypes cost no second copy. */
const CHUNK_BYTES = 8 << 20;

/** Bytes of one read call: the operating system takes less than 2^31 at once. */
const MAX_READ_BYTES = 1 << 30;

/** One safetensors file. The header is read at once, the file is opened for data at the first read. */
export class SafetensorsFile implements TensorSource {
  readonly #header: Header;
  readonly #fileBytes: number;
  #handle: Promise<FileHandle> | undefined;
  #closed = false;

  /** @throws BenchError `missing-file`, `unreadable-file`, `damaged-safetensors`, `unknown-dtype` */
  constructor(readonly path: string) {
    ({ header: this.#header, fileBytes: this.#fileBytes } = readHeader(path));
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#header.metadata;
  }

  names(): readonly string[] {
    return [...this.#header.tensors.keys()];
  }

  has(name: string): boolean {
    return this.#header.tensors.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape, bytes } = this.#find(name);
    return { name, dtype, shape, bytes };
  }

  async readFloat32(name: string, rows?: RowRange): Promise<Float32Array> {
    const tensor = this.#find(name);
    const convert = float32Converters[tensor.dtype];
    if (convert === undefined) throw notFloat(this.path, name, tensor.dtype);
    const { offset, bytes } = this.#slice(tensor, rows);
    const width = tensor.bytes === 0 ? 1 : tensor.bytes / elementCount(tensor.shape);
    const out = new Float32Array(bytes / width);
    if (tensor.dtype === "F32") {
      await this.#read(new Uint8Array(out.buffer), offset);
      return out;
    }
    const chunk = new Uint8Array(Math.min(bytes, CHUNK_BYTES));
    for (let done = 0; done < bytes; done += CHUNK_BYTES) {
      const part = chunk.subarray(0, Math.min(CHUNK_BYTES, bytes - done));
      await this.#read(part, offset + done);
      convert(part, out.subarray(done / width, (done + part.length) / width));
    }
    return out;
  }

  async readInt32(name: string, rows?: RowRange): Promise<Int32Array> {
    const { dtype } = this.#find(name);
    if (!isInteger(dtype)) throw notInteger(this.path, name, dtype);
    const values = toInt32(dtype, await this.readBytes(name, rows));
    if (!(values instanceof Int32Array)) throw integerRange(this.path, name, values.badIndex);
    return values;
  }

  async readBytes(name: string, rows?: RowRange): Promise<Uint8Array> {
    const { offset, bytes } = this.#slice(this.#find(name), rows);
    const out = new Uint8Array(bytes);
    await this.#read(out, offset);
    return out;
  }

  async prefetch(name: string, rows?: RowRange): Promise<void> {
    const { offset, bytes } = this.#slice(this.#find(name), rows);
    const chunk = new Uint8Array(Math.min(bytes, CHUNK_BYTES));
    for (let done = 0; done < bytes; done += CHUNK_BYTES) {
      await this.#read(chunk.subarray(0, Math.min(CHUNK_BYTES, bytes - done)), offset + done);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const handle = this.#handle;
    this.#handle = undefined;
    // FileHandle.close waits for reads in flight; a file that did not open was reported by the read that needed it.
    await (await handle?.catch(() => undefined))?.close();
  }

  /** Opens the file for data now, so that a file that cannot be opened is known at once. */
  async open(): Promise<this> {
    await this.#open();
    return this;
  }

  #find(name: string): StoredTensor {
    const tensor = this.#header.tensors.get(name);
    if (tensor === undefined) throw missingTensor(this.path, name, this.names());
    return tensor;
  }

  #slice(tensor: StoredTensor, rows: RowRange | undefined): { offset: number; bytes: number } {
    if (rows === undefined) return tensor;
    const [start, end] = rows;
    const count = tensor.shape[0];
    const rowBytes = count ? tensor.bytes / count : 0;
    const whole = Number.isInteger(start) && Number.isInteger(end) && Number.isInteger(rowBytes);
    if (count === undefined || !whole || start < 0 || start > end || end > count) {
      throw badRows(this.path, tensor.name, rows, tensor.shape);
    }
    return { offset: tensor.offset + start * rowBytes, bytes: (end - start) * rowBytes };
  }

  #open(): Promise<FileHandle> {
    if (this.#closed) throw sourceClosed(this.path);
    this.#handle ??= this.#openChecked();
    return this.#handle;
  }

  async #openChecked(): Promise<FileHandle> {
    let handle: FileHandle;
    try {
      handle = await open(this.path, "r");
    } catch (cause) {
      throw unreadableFile(this.path, cause);
    }
    if ((await handle.stat()).size === this.#fileBytes) return handle;
    await handle.close();
    throw changedFile(this.path);
  }

  async #read(out: Uint8Array, offset: number): Promise<void> {
    const handle = await this.#open();
    for (let done = 0; done < out.length; ) {
      const length = Math.min(MAX_READ_BYTES, out.length - done);
      const { bytesRead } = await handle.read(out, done, length, offset + done).catch((cause: unknown) => {
        throw unreadableFile(this.path, cause);
      });
      if (bytesRead === 0) throw changedFile(this.path);
      done += bytesRead;
    }
  }
}

function readHeader(path: string): { header: Header; fileBytes: number } {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw unreadableFile(path, new Error("not a file"));
    if (stat.size < 8) throw damagedFile(path, `it has ${stat.size} bytes, too few for a header`);
    const length = Number(readExactly(path, fd, 8, 0).readBigUInt64LE());
    if (length > MAX_HEADER_BYTES) {
      throw damagedFile(path, `its header claims ${length} bytes, more than the limit of ${MAX_HEADER_BYTES}`);
    }
    if (8 + length > stat.size) throw damagedFile(path, `its header claims ${length} of the file's ${stat.size} bytes`);
    return { header: parseHeader(path, readExactly(path, fd, length, 8), 8 + length, stat.size), fileBytes: stat.size };
  } finally {
    closeSync(fd);
  }
}

function readExactly(path: string, fd: number, length: number, offset: number): Buffer {
  const out = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const read = readSync(fd, out, done, length - done, offset + done);
    if (read === 0) throw changedFile(path);
    done += read;
  }
  return out;
}
