import type { Device } from "./device.ts";

/** A dense tensor that crosses to the runtime's thread: its buffer moves there and comes back, it is not copied. */
export interface TensorData {
  readonly type: "float32" | "int32" | "int64";
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
  readonly dims: readonly number[];
}

export type NamedTensors = Record<string, TensorData>;

/** What the main thread asks; every request has one reply with its id. */
export type GraphRequest = { readonly id: number } & (
  | { readonly type: "graph"; readonly key: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "weights"; readonly tensors: NamedTensors }
  | { readonly type: "release" }
  | { readonly type: "run"; readonly key: string; readonly feeds: NamedTensors; readonly fetches: NamedTensors }
);

/** `tensors`: the buffers of the request, handed back (weights for `release`, feeds and filled fetches for `run`). */
export type GraphReply = { readonly id: number } & (
  | { readonly ok: true; readonly tensors: NamedTensors; readonly seconds: number }
  | { readonly ok: false; readonly reason: string }
);

export interface GraphWorkerOptions {
  readonly threads: number;
  /** "cpu" where absent. */
  readonly device?: Device;
}

export function buffersOf(tensors: NamedTensors): ArrayBuffer[] {
  return Object.values(tensors).map((tensor) => tensor.data.buffer);
}
