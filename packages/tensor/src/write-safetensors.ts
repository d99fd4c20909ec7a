import type { FileHandle } from "node:fs/promises";
import { type DType, dtypeBits, isDType, tensorBytes } from "./dtype.ts";
import { unwritableTensor } from "./messages.ts";
import { writeAtomically } from "./write-file-atomic.ts";

/** A tensor to write. `data` holds the stored little-endian bytes, or makes them when their turn comes. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Stored bytes, little-endian. */
  readonly data: ArrayBufferView | (() => ArrayBufferView | Promise<ArrayBufferView>);
}

/** Bytes of one write call: the operating system takes less than 2^31 at once. */
const MAX_WRITE_BYTES = 1 << 30;

const order = Object.keys(dtypeBits) as DType[];

/**
 * Writes a safetensors file, byte for byte what the Python library's `save_file` writes: header padded to 8 bytes, tensors
 * by descending dtype and then by name, so that each is aligned to its element size. `data` functions are called in
 * that order, one at a time, and each result is written before the next call: one tensor is in memory at a time.
 * The file appears whole or not at all.
 *
 * @throws BenchError `unwritable-tensor` (a name given twice, bytes that do not match dtype and shape), `unwritable-file`
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorEntry>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const sorted = [...entries].sort(
    (a, b) =>
      order.indexOf(b.dtype) - order.indexOf(a.dtype) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  const header = encodeHeader(path, sorted, metadata);
  await writeAtomically(path, async (file) => {
    await writeAll(file, header);
    for (const entry of sorted) {
      const data = typeof entry.data === "function" ? await entry.data() : entry.data;
      const expected = tensorBytes(entry.dtype, entry.shape);
      if (data.byteLength !== expected) throw wrongLength(path, entry, data.byteLength);
      await writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  });
}

function encodeHeader(
  path: string,
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const fields = metadata === undefined ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  const names = new Set<string>();
  let begin = 0;
  for (const entry of entries) {
    const { name, dtype, shape } = entry;
    if (names.has(name)) throw unwritableTensor(path, name, "was given twice");
    if (name === "__metadata__") throw unwritableTensor(path, name, "has the name that the format keeps for itself");
    if (!isDType(dtype)) throw unwritableTensor(path, name, `has the unknown dtype ${dtype}`);
    const end = begin + tensorBytes(dtype, shape);
    if (Number.isNaN(end)) throw unwritableTensor(path, name, `has the impossible shape [${shape.join(", ")}]`);
    if (typeof entry.data !== "function" && entry.data.byteLength !== end - begin) {
      throw wrongLength(path, entry, entry.data.byteLength);
    }
    names.add(name);
    // Built by hand: an object would move names that look like numbers to the front.
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  const json = Buffer.from(`{${fields.join(",")}}`);
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  return padded;
}

function wrongLength(path: string, { name, dtype, shape }: TensorEntry, bytes: number) {
  const expected = tensorBytes(dtype, shape);
  return unwritableTensor(
    path,
    name,
    `of ${dtype} [${shape.join(", ")}] needs ${expected} bytes and was given ${bytes}`,
  );
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(MAX_WRITE_BYTES, bytes.length - done));
    done += bytesWritten;
  }
}
