/** One cell of a results table: the columns of `results/<experiment>/<model>.csv` and of `exp eval --json`. */
export interface ResultRow {
  /** Folder name or hub id of the model. */
  model: string;
  /** "bf16" is the checkpoint's own weights, not rounded again. */
  method: string;
  /** Bits of a code; 16 for the checkpoint's own weights. */
  bits: number;
  /** null (empty in CSV) for bf16, as are tiling and aux. */
  group_size: number | null;
  tiling: string | null;
  aux: string | null;
  /** Preset and options of the method as they were named, such as "code-2026-02 iterations=4"; null: as usual. */
  options: string | null;
  /** What a calibrated method learned from: text, protocol and hash of the token ids; null for methods that need none. */
  calibration: string | null;
  /** Name of the evaluated text. */
  dataset: string;
  /** Name of the rule that cut the windows. */
  protocol: string;
  windows: number;
  /** Tokens in a window. */
  window: number;
  perplexity: number;
  /** Standard error of the perplexity (over windows, delta method); null for a single window, whose spread is unknown. */
  perplexity_se: number | null;
  /** Mean paired difference of the per-token loss to bf16 on the same windows, in nats; 0 for bf16. */
  delta_nll: number | null;
  delta_nll_se: number | null;
  /** Stored bits (codes, scales, zeros, second scales, codebooks) per quantized weight. */
  bits_per_weight: number;
  /** Decimal GB of the whole model: stored quantized layers plus everything else in the checkpoint's own 16 bits. */
  memory_gb: number;
  /** sha256 of the evaluated text (or token file), first 16 hex digits. */
  text_sha256: string;
  /** sha256 of the token ids as little-endian int32, first 16 hex digits. */
  tokens_sha256: string;
}

/** One published number. */
export interface PublishedRow {
  source: string;
  table: string;
  bits: string;
  method: string;
  model: string;
  metric: string;
  value: number;
  unit: string;
  /** The value as it is printed there, trailing zeros included. */
  printed: string;
  /** Largest relative difference at which ours counts as the same number; null where none is asked for. */
  tolerance: number | null;
  /** Why a difference would not be surprising: what the source leaves open or misprints; empty for nothing known. */
  remark: string;
  /** Line of published.csv, counting the header as 1. */
  line: number;
}

/** A declarative experiment: what a table varies, and the published table beside which it stands. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  /** What is measured, and why one number misleads. */
  readonly about: string;
  /** Table of the paper it regenerates. */
  readonly paperTable?: string;
  /**
   * What is made of its rows: the paper's table (default), bits per weight against perplexity with the front, or protocols beside
   * each other.
   */
  readonly view?: "table" | "pareto" | "protocols";
  /** Protocols under which every text is scored, where it is not the text's own; those that a model is too short for are left out. */
  readonly protocols?: readonly string[];
  /**
   * Methods in the order of the paper, each as METHOD[:PRESET][,NAME=VALUE]...: "sinq", "sinq-nf4:aux=u8"; bf16 is always the first
   * row and need not be named.
   */
  readonly methods: readonly string[];
  readonly bits: readonly number[];
  readonly groupSize: number;
  readonly tiling: "1d" | "2d";
  readonly aux: "f32" | "f16" | "u8";
  /** Hub ids for `--paper`. */
  readonly paperModels: readonly string[];
}
