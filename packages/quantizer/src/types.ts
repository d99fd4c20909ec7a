import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import type { BlockStep } from "./block/block-step.ts";
import type { OptionRules } from "./options/option-rules.ts";

/** "1d": a tile is all rows x one group of columns. "2d": a tile is group x group. */
export type Tiling = "1d" | "2d";

/** Precision in which scales, zeros and column scales are stored. */
export type AuxPrecision = "f32" | "f16" | "u8";

/** What every quantizer is asked for; a method's own settings come beside it as typed options. */
export interface QuantizeConfig {
  /** Bits of a code. */
  readonly bits: number;
  /** Weights along the input axis that share a scale; halved (never below 16) until it divides the width. */
  readonly groupSize: number;
  readonly tiling: Tiling;
  readonly aux: AuxPrecision;
}

/** What auxiliary values are: their precision follows from it. */
export type AuxRole = "scale" | "zero" | "columnScale";

/** Auxiliary values as they are stored. `shape` is row-major. */
export type Aux =
  | { readonly dtype: "f32"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: "f16"; readonly shape: readonly number[]; readonly data: Uint16Array }
  | {
      readonly dtype: "u8";
      readonly shape: readonly number[];
      readonly codes: Uint8Array;
      /** value of element i = codes[i] * step[i mod min.length] + min[i mod min.length] */
      readonly min: Float32Array;
      readonly step: Float32Array;
    }
  | {
      readonly dtype: "dynamic8";
      readonly shape: readonly number[];
      /** Codes: value of element i = levels[data[i]] * blockMax[floor(i / 256)] + offset[0] */
      readonly data: Uint8Array;
      readonly levels: Float32Array;
      readonly blockMax: Float32Array;
      readonly offset: Float32Array;
    };

/** "hadamard": the normalized Hadamard matrix in blocks of `block` inputs, a power of two. It is its own inverse. */
export interface InputTransform {
  readonly kind: "hadamard";
  readonly block: number;
}

/** A quantized matrix that carries all that decoding needs. */
export interface Encoded {
  /** Method id that made it; for people, decoding never looks at it. */
  readonly method: string;
  readonly rows: number;
  readonly cols: number;
  readonly bits: number;
  /** Group size in force after the halving rule. */
  readonly group: number;
  readonly tiling: Tiling;
  /** Packed codes. */
  readonly codes: Uint8Array;
  /** Codebook; absent for uniform levels, where a code is its own value. */
  readonly levels?: Float32Array;
  /** "flat": groups run on across the rows of the row-major matrix, the last one as long as what is left. Absent: within rows. */
  readonly grouping?: "flat";
  /** [rows, cols / group], or [groups] where they are flat. */
  readonly scale: Aux;
  /** As `scale`, or [1] where all groups share one zero. */
  readonly zero: Aux;
  /** [ceil(rows / columnScaleRows), cols] */
  readonly columnScale?: Aux;
  /** Rows that share one line of `columnScale`: all rows for 1D tiling, the tile for 2D. */
  readonly columnScaleRows?: number;
  /** What the codes hold is the weight times this along its inputs; decoding multiplies by its inverse. */
  readonly inputTransform?: InputTransform;
  /** [cols]: codes, scales and zeros hold the weight's columns in this order; absent where it is their own. */
  readonly columnOrder?: Int32Array;
}

/** What a quantizer asks to know of a layer's inputs x (one row per token) beyond the weight. */
export interface StatisticsNeeds {
  readonly meanAbs?: true;
  readonly std?: true;
  /** At most so many sample rows. */
  readonly rows?: number;
  readonly secondMoment?: true;
  /** Inputs as the unquantized layers before give them, or as the layers that this method quantized before give them. */
  readonly prefix: "original" | "quantized";
}

/** What is known of a layer's inputs: what the quantizer's `needs` name, and how many tokens it comes from. */
export interface LayerStatistics {
  readonly tokens: number;
  /** Mean of |x| over tokens, float32 [in]. */
  readonly meanAbs?: Float32Array;
  /** Unbiased standard deviation over tokens, float32 [in]. */
  readonly std?: Float32Array;
  /** Inputs of tokens evenly spaced over all of them, [n, in]. */
  readonly rows?: Matrix;
  /** Mean of x^T x over tokens, [in, in]. */
  readonly secondMoment?: Matrix;
}

/** What a quantizer has to work with beside the weight. */
export interface QuantizeContext {
  readonly kernels: Kernels;
  /** Name of the weight inside its block, "self_attn.q_proj.weight", where it is a block's. */
  readonly name?: string;
  /** Present for a quantizer with `needs`. */
  readonly statistics?: LayerStatistics;
}

/** Where a method comes from and what it is, shown by `exp list` and in the documentation. */
export interface QuantizerInfo {
  /** Id used in the command line, CSV files and published.csv, for example "sinq". */
  readonly id: string;
  /** Name in tables and charts, for example "SINQ". */
  readonly label: string;
  /** One line: how a weight is approximated. */
  readonly formula: string;
  /** Paper equation or upstream file and commit whose behaviour it matches. */
  readonly source: string;
  /** Bit widths the method is defined for. */
  readonly bits: readonly number[];
  /** Why it is not defined for others, where that is not obvious. */
  readonly bitsNote?: string;
  readonly tilings: readonly Tiling[];
  /** "flat": its groups run on across rows, so that any group size fits any width. */
  readonly grouping?: "flat";
}

/** Options of a method under a name, with the precision of auxiliary values where that is part of what the name stands for. */
export interface Preset<O extends object> {
  readonly options: O;
  readonly aux?: AuxPrecision;
}

/** A weight quantizer: a pure function of one matrix. Options `O` all have defaults. */
export interface Quantizer<O extends object = object> {
  readonly info: QuantizerInfo;
  readonly defaults: O;
  /** What values its options take; absent where it has none. */
  readonly optionRules?: OptionRules<O>;
  /** Named settings, for example "paper": what the paper's results were made with. */
  readonly presets?: Readonly<Record<string, Preset<O>>>;
  /** Present for a calibrated method; the evaluator collects this and nothing else. */
  readonly needs?: StatisticsNeeds;
  /** Present for a method that moves scales between the layers of a block first; `quantize` then gets the scaled weights. */
  readonly blockStep?: BlockStep<O>;
  /** weight: float32 [out, in]; throws BenchError for settings outside `info` and for NaN or infinity. */
  quantize(weight: Matrix, config: QuantizeConfig, context: QuantizeContext, options?: Partial<O>): Encoded;
}
