import type { QuantizeConfig, Quantizer } from "@sinqbench/quantizer";

/** One way to store a model's linear layers. */
export interface Variant {
  /** Unique within a run, for example "sinq-b4-g64-1d-f16"; "bf16" for the checkpoint's own weights. */
  readonly id: string;
  /** null: the checkpoint's own weights, untouched. */
  readonly quantizer: Quantizer | null;
  readonly config: QuantizeConfig | null;
}

/** Token windows to score; every window of a set has the same length. */
export interface WindowSet {
  readonly name: string;
  /** Tokens in a window. */
  readonly length: number;
  readonly count: number;
  /** [count, length] */
  readonly ids: Int32Array;
}

export interface VariantResult {
  readonly variant: Variant;
  /** Per window set, in order: losses in nats, float32 [count, length - 1]. */
  readonly nll: readonly Float32Array[];
  /** Bytes of the stored quantized matrices (0 for bf16). */
  readonly quantizedBytes: number;
  /** Weights that were quantized (0 for bf16). */
  readonly quantizedWeights: number;
  /** Bytes of everything kept in the checkpoint's own 16 bits: embeddings, norms, lm_head unless tied. */
  readonly otherBytes: number;
}

export interface Progress {
  readonly stage: "blocks" | "head";
  /** Units of work done and in all; a unit is one variant x one batch through one block or head chunk. */
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

export interface EvaluateOptions {
  /** Folder of a Hugging Face checkpoint. */
  readonly modelDir: string;
  readonly variants: readonly Variant[];
  readonly sets: readonly WindowSet[];
  /** Threads of ORT's pool; results do not depend on it. */
  readonly threads: number;
  /** Windows run through a block at a time. */
  readonly batch?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}
