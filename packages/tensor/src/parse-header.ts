import { elementCount, isDType, tensorBytes } from "./dtype.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { damagedFile, damagedTensor, unknownDType } from "./messages.ts";
import type { TensorInfo } from "./tensor-source.ts";

/** A tensor and where its bytes begin, counted from the first byte of the file. */
export interface StoredTensor extends TensorInfo {
  readonly offset: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads and checks the JSON header of a safetensors file: every tensor inside the file, as long as its shape and dtype
 * say, and no byte of the data unowned or owned twice (the format's own rule, so that a file has one meaning).
 *
 * @param path named in errors
 * @param json the header, without its 8-byte length
 * @param dataStart offset of the first data byte in the file
 * @param fileBytes length of the file
 * @throws BenchError `damaged-safetensors`, `unknown-dtype`
 */
export function parseHeader(path: string, json: Uint8Array, dataStart: number, fileBytes: number): Header {
  const object = parseObject(path, json);
  const found: StoredTensor[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(object)) {
    if (name === "__metadata__") metadata = parseMetadata(path, value);
    else found.push(parseTensor(path, name, value, dataStart, fileBytes));
  }
  const stored = found.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkLayout(path, stored, dataStart, fileBytes);
  return { metadata, tensors: new Map(stored.map((tensor) => [tensor.name, tensor])) };
}

function parseObject(path: string, json: Uint8Array): Record<string, unknown> {
  // The format demands "{" as the first byte; JSON alone would allow blanks before it, or another kind of value.
  if (json[0] !== 0x7b) throw damagedFile(path, 'its header does not begin with "{"');
  let text: string;
  let object: Record<string, unknown>;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(json);
    object = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw damagedFile(path, "its header is not JSON");
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damagedTensor(path, twice, "stands twice in the header");
  return object;
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  if (value === null) return {};
  if (typeof value !== "object" || Object.values(value).some((entry) => typeof entry !== "string")) {
    throw damagedFile(path, "its __metadata__ is not a table of strings");
  }
  return value as Record<string, string>;
}

function parseTensor(path: string, name: string, value: unknown, dataStart: number, fileBytes: number): StoredTensor {
  if (typeof value !== "object" || value === null) throw damagedTensor(path, name, "is not described by an object");
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (!isDType(dtype)) throw unknownDType(path, name, dtype);
  if (!Array.isArray(shape) || Number.isNaN(elementCount(shape as number[]))) {
    throw damagedTensor(path, name, `has the impossible shape ${JSON.stringify(shape) ?? "(none)"}`);
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isOffset(begin) || !isOffset(end) || begin > end) {
    throw damagedTensor(path, name, `has the impossible offsets ${JSON.stringify(offsets) ?? "(none)"}`);
  }
  if (end > fileBytes - dataStart) {
    throw damagedTensor(path, name, `ends at byte ${end} of ${fileBytes - dataStart} bytes of data`);
  }
  const bytes = tensorBytes(dtype, shape as number[]);
  if (bytes !== end - begin) {
    const needed = Number.isNaN(bytes) ? "a broken last byte" : `${bytes} bytes`;
    throw damagedTensor(path, name, `of ${dtype} [${shape.join(", ")}] needs ${needed} and has ${end - begin}`);
  }
  return { name, dtype, shape: shape as number[], bytes, offset: dataStart + begin };
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checkLayout(path: string, stored: readonly StoredTensor[], dataStart: number, fileBytes: number): void {
  let next = dataStart;
  for (const tensor of stored) {
    if (tensor.offset < next) throw damagedTensor(path, tensor.name, "overlaps the tensor before it");
    if (tensor.offset > next) {
      throw damagedTensor(path, tensor.name, `leaves a hole of ${tensor.offset - next} bytes before it`);
    }
    next = tensor.offset + tensor.bytes;
  }
  if (next !== fileBytes) throw damagedFile(path, `its last ${fileBytes - next} bytes belong to no tensor`);
}
