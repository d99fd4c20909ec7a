import type { DType } from "./dtype.ts";

/** What is known of a stored tensor without reading it. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  /** Row-major; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Half-open range of indices along the first dimension. */
export type RowRange = readonly [start: number, end: number];

/**
 * Tensors on disk, read one slice at a time: a read costs its own bytes and never the whole file. Reads may run
 * concurrently. Every method throws BenchError `missing-tensor` for a name that is not there.
 */
export interface TensorSource {
  /** The safetensors file, or the index of a sharded checkpoint. */
  readonly path: string;
  /** Free-form strings of the header (`__metadata__`) or of the index. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Names in the order of their bytes in the file, or in the order of the index. */
  names(): readonly string[];
  /** Whether a tensor of that name is there; never throws. */
  has(name: string): boolean;
  /** Type and shape. */
  info(name: string): TensorInfo;
  /** Values of an F32, F16, BF16 or F64 tensor, or of some of its rows, row-major; else `not-float`. */
  readFloat32(name: string, rows?: RowRange): Promise<Float32Array>;
  /** Values of a BOOL or integer tensor; `integer-range` when one does not fit 32 bits, else `not-integer`. */
  readInt32(name: string, rows?: RowRange): Promise<Int32Array>;
  /** Stored bytes of a tensor of any dtype, or of some of its rows. */
  readBytes(name: string, rows?: RowRange): Promise<Uint8Array>;
  /** Has the disk deliver a tensor's stored bytes into the system's cache and leaves them there: for reads that come soon. */
  prefetch(name: string, rows?: RowRange): Promise<void>;
  /** Releases the files; a read after it throws `source-closed`. */
  close(): Promise<void>;
}
