import { sha256Hex } from "@sinqbench/tensor";
import { canonicalJson } from "./canonical-json.ts";

/** Version of the layout of keys and files; part of every key. */
const FORMAT = 1;

/** Token windows, by content. */
export interface WindowsIdentity {
  /** Tokens in a window. */
  readonly length: number;
  readonly count: number;
  /** sha256 of the ids as little-endian int32. */
  readonly sha256: string;
}

/** Everything that the bits of a cell depend on: its key is the hash of this. */
export interface CellInputs {
  /** sha256 over the model's files; see `modelSha256`. */
  readonly model: string;
  /** Method and all of its settings; plain data. */
  readonly variant: Readonly<Record<string, unknown>>;
  readonly tokens: WindowsIdentity;
  /** What a calibrated variant learned from; null for the others. */
  readonly calibration: WindowsIdentity | null;
  /** Hash of the source that computes it; see `sourceSha256`. */
  readonly code: string;
  /** What else changes bits: execution provider, runtime version, processor. Not the number of threads. */
  readonly numerics: Readonly<Record<string, unknown>>;
}

/** Numbers beside the losses, such as the bytes that the variant takes when it is stored. */
export type CellNumbers = Readonly<Record<string, number>>;

/** The result of one variant on one set of windows of one model. */
export interface Cell {
  readonly inputs: CellInputs;
  readonly numbers: CellNumbers;
  /** Losses in nats, [count, length - 1]. */
  readonly nll: Float32Array;
  /** Where it comes from, for people: names, time, machine. No part of the key. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** Content address of a cell: sha256 of all that its bits depend on. */
export function cellKey(inputs: CellInputs): string {
  return sha256Hex(canonicalJson({ format: FORMAT, ...inputs }));
}
