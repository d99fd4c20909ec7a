import type { Kernels } from "@sinqbench/kernels";
import type { AttentionPath } from "@sinqbench/models";
import type { BlockScales, Encoded, QuantizeConfig, Quantizer } from "@sinqbench/quantizer";
import type { Device } from "./device.ts";

/** One way to store a model's linear layers. */
export interface Variant {
  /** Unique within a run, for example "sinq-b4-g64-1d-f16"; "bf16" for the checkpoint's own weights. */
  readonly id: string;
  /** null: the checkpoint's own weights, untouched. */
  readonly quantizer: Quantizer | null;
  readonly config: QuantizeConfig | null;
  /** What of the quantizer's options was chosen, as it was named; absent where all are as usual. */
  readonly options?: string;
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

/** What an evaluation found out about one variant. */
export interface VariantResult {
  readonly variant: Variant;
  /** Per window set, in order: losses in nats, float32 [count, length - 1]; empty where the variant does not take the set. */
  readonly nll: readonly Float32Array[];
  /** Bytes of the stored quantized matrices; for bf16 those that the checkpoint itself holds packed, usually 0. */
  readonly quantizedBytes: number;
  /** Weights of these matrices. */
  readonly quantizedWeights: number;
  /** Weights of all linear layers, quantized or not. */
  readonly linearWeights: number;
  /** Bytes of everything else, in 16 bits or packed as the checkpoint has it: embeddings, norms, lm_head unless tied. */
  readonly otherBytes: number;
  /**
   * Routed experts, over all blocks, that no calibration token reached: their quantizer learnt from all tokens of the first
   * calibration window instead. 0 for a variant that is not calibrated.
   */
  readonly unreachedExperts: number;
}

/** What a variant stores of a part of a block: all of it, all but its routed experts, or one of these. */
export interface EncodedPart {
  /** Index of the variant. */
  readonly variant: number;
  /** By the names that they have in the checkpoint. */
  readonly matrices: ReadonlyMap<string, Encoded>;
  /** What the method's block step multiplied tensors by before, quantized ones and others, by the same names. */
  readonly scales: BlockScales;
}

/** How far an evaluation is. */
export interface Progress {
  readonly stage: "blocks" | "head";
  /** Floating-point operations done and in all. */
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

/** What is evaluated, and with what. */
export interface EvaluateOptions {
  /** Folder of a Hugging Face checkpoint. */
  readonly modelDir: string;
  readonly variants: readonly Variant[];
  readonly sets: readonly WindowSet[];
  /** Windows that calibrated quantizers learn from; needed if a variant's quantizer has `needs`. */
  readonly calibration?: WindowSet;
  /** The numeric kernels that quantizers and decoding use. */
  readonly kernels: Kernels;
  /** Threads of ORT's pool; results do not depend on it. */
  readonly threads: number;
  /** Where graphs run; "cpu" by default. See `checkDevice`. */
  readonly device?: Device;
  /** Windows run through a block at a time; by default about 2048 tokens. */
  readonly batch?: number;
  /**
   * Folder that this process alone uses. A run leaves there, after every block of a variant, what it has done, and continues what
   * an interrupted run of the same model, variants and windows left; what is in it must be of that same run.
   */
  readonly work?: string;
  /** Called with the place at which a run that is stopped from now on would continue; `found`: an earlier one stopped there. */
  readonly onKept?: (place: { readonly block: number; readonly blocks: number; readonly found: boolean }) => void;
  /** Which variants are computed on which sets, by index; absent: all on all. Others have no losses in the result. */
  readonly takes?: (variant: number, set: number) => boolean;
  /** Hidden states above this many bytes live in temporary files; with `work` they do in any case. */
  readonly chainMemoryBytes?: number;
  /** Rows of lm_head at a time. */
  readonly headRows?: number;
  readonly attention?: AttentionPath;
  /** Called after every run of a graph with its floating-point operations and the time inside the runtime. */
  readonly onRun?: (run: {
    readonly stage: Progress["stage"];
    readonly flops: number;
    readonly seconds: number;
  }) => void;
  /** Called with what a quantized variant stores, part by part, before anything runs with it; not for what an earlier run did. */
  readonly onEncoded?: (part: EncodedPart) => Promise<void>;
  /** Called after every run of a graph. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}
