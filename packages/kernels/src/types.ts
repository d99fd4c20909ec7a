/** How a group of weights becomes codes; NOTES of each are with the reference implementation. */
export type RoundScheme = "asymmetric" | "symmetric" | "codebook-shift" | "codebook-absmax";

/** Settings of the Sinkhorn-style normalization (SINQ, Algorithm 1 and the published code's early stop). */
export interface SinkhornOptions {
  /** Rows of a tile: the matrix's rows for 1D tiling, the tile width for 2D. Divides the number of rows, or the last tile is short. */
  readonly tileRows: number;
  /** Columns of a tile; divides the number of columns. */
  readonly tileCols: number;
  readonly iterations: number;
  /** Bounds of one multiplicative step; the published code's 0.7 and 2.0. */
  readonly stepMin: number;
  readonly stepMax: number;
  /** Freeze a tile at the first iteration whose imbalance exceeds the best so far (code 38144fc); false is Algorithm 1. */
  readonly earlyStop: boolean;
}

/** Scales of a normalization: W ~ rowScale * normalized * columnScale. */
export interface SinkhornScales {
  /** [rows, cols / tileCols]: exp(u), one value per row of every tile. */
  readonly rowScale: Float32Array;
  /** [ceil(rows / tileRows), cols]: exp(v), one value per column of every tile. */
  readonly columnScale: Float32Array;
}

/** How a matrix is rounded: the scheme, its grid, and what to divide by first. */
export interface RoundOptions {
  readonly scheme: RoundScheme;
  /** Bits of a stored code, 2-8. */
  readonly bits: number;
  /** Weights along a row that share a scale and a zero; divides the number of columns. */
  readonly group: number;
  /** Codebook, ascending, at most 2^bits values; only with a codebook scheme. */
  readonly levels?: Float32Array;
  /** Sinkhorn scales to divide by before rounding; `scale` then comes back multiplied by the row scale. */
  readonly normalize?: SinkhornScales & { readonly tileRows: number; readonly tileCols: number };
  /**
   * Largest |zero| that the stored precision can hold (65504 for f16). A group beyond it is rounded with the coarser
   * scale max|w| / 2048 instead, so that nothing overflows; Infinity leaves the published rule alone.
   */
  readonly zeroLimit: number;
}

/** Codes of a matrix with the scales and zeros of its groups. */
export interface Rounded {
  /** Packed codes: see `packedBytes` and `pack`. */
  readonly codes: Uint8Array;
  /** [rows, cols / group] */
  readonly scale: Float32Array;
  /** [rows, cols / group], or null for `symmetric`, whose zero is the constant 2^(bits-1) - 1, and `codebook-absmax`, whose zero is 0. */
  readonly zero: Float32Array | null;
}

/** Codes of a normalized matrix, and the scales that it was normalized by; `scale` is multiplied by the row scale already. */
export interface NormalizedRounded extends Rounded, SinkhornScales {}

/** Settings of half-quadratic quantization; the defaults of its library are 20 iterations, p = 0.7, beta = 10. */
export interface HqqOptions {
  /** Bits of a stored code, 2-8. */
  readonly bits: number;
  /** Weights along a row that share a scale and a zero; divides the number of columns. */
  readonly group: number;
  readonly iterations: number;
  /** p of the norm |W - W'|_p^p that the solver makes small: above 0, at most 1. */
  readonly lpNorm: number;
  /** Weight of the quadratic term that ties the solver's error variable to W - W'. */
  readonly beta: number;
  /** Start from a whole zero. */
  readonly roundZero: boolean;
  /**
   * "last": stop at the first step at which the mean |W - W'| of the whole matrix does not fall, keep the zeros that this step
   * computed, and round with them (the HQQ library). "best": take every step, keep the zeros of the step of smallest mean
   * |W - W'| of each tile, and the codes of the last step (SINQ's code).
   */
  readonly keep: "last" | "best";
  /** Rows of a tile, one group wide, that "best" goes by. */
  readonly tileRows: number;
  readonly normalize?: RoundOptions["normalize"];
  /** As in `RoundOptions`, for the zero that the solver starts from. */
  readonly zeroLimit: number;
}

/** How the differences of outputs are averaged: their magnitudes, or their squares. */
export type ErrorNorm = "l1" | "l2";

/** Settings of the search for limits; AutoAWQ's are 20 steps and a shrink of 0.5. */
export interface ClipOptions {
  /** Bits of a stored code, 2-8. */
  readonly bits: number;
  /** Weights along a row that share a scale, a zero and a limit; divides the number of columns. */
  readonly group: number;
  /** A limit is the largest magnitude times 1 - i / steps. */
  readonly steps: number;
  /** Share of the largest magnitude that limits stay within, not included: above 0, at most 1. */
  readonly shrink: number;
}

/** What GPTQ spreads errors by, columns in the order they are rounded in. */
export interface GptqFactor {
  /** order[p]: the column of the weight that is rounded as number p; each once. */
  readonly order: Int32Array;
  /** 1 for a column, in that order, that no input uses: its weights are taken as 0. */
  readonly unused: Uint8Array;
  /** Upper triangular U, float64 [cols, cols] in that order, with (H + damping)^-1 = U^T U: see `inverseCholesky`. */
  readonly upper: Float64Array;
}

/** Grid and blocks of GPTQ's rounding. */
export interface GptqRounding {
  /** Bits of a stored code, 2-8. */
  readonly bits: number;
  /** Columns, in the order they are rounded in, that share a scale and a zero; divides the number of columns. */
  readonly group: number;
  /** Columns whose errors are spread over the rest together; published: 128. */
  readonly block: number;
}

/** A stored matrix: codes, and what turns them back into weights. */
export interface DequantizeInput {
  readonly rows: number;
  readonly cols: number;
  readonly bits: number;
  readonly group: number;
  readonly codes: Uint8Array;
  /** [rows, cols / group] */
  readonly scale: Float32Array;
  /** [rows, cols / group], or one value for all groups. */
  readonly zero: Float32Array;
  /** Values of the codes; absent when a code is its own value. */
  readonly levels?: Float32Array;
  /** [ceil(rows / columnScaleRows), cols]: second-axis scale, shared by `columnScaleRows` consecutive rows. */
  readonly columnScale?: Float32Array;
  readonly columnScaleRows?: number;
}

/**
 * The numeric kernels that quantizers share. The C++ and the TypeScript implementation give the same bits: every
 * float32 operation is rounded once, in the same order, whatever the instruction set or the number of threads.
 */
export interface Kernels {
  /** "cuda" (a GPU, and C++ for what does not pay there), "cpu" (C++), "reference" (TypeScript). */
  readonly id: "cuda" | "cpu" | "reference";
  /** One line for people: compiler, instruction set, threads. */
  readonly description: string;
  /** Scales that balance the standard deviations of the rows and columns of every tile. Throws BenchError `non-finite-weight`. */
  sinkhorn(weight: Float32Array, rows: number, cols: number, options: SinkhornOptions): SinkhornScales;
  /** Rounds and packs a matrix. Throws BenchError `non-finite-weight` naming the first NaN or infinity. */
  round(weight: Float32Array, rows: number, cols: number, options: RoundOptions): Rounded;
  /** `sinkhorn`, and `round` with its scales: the same bits in one call, for which a GPU gets the weight once. Throws what they do. */
  sinkhornRound(
    weight: Float32Array,
    rows: number,
    cols: number,
    sinkhorn: SinkhornOptions,
    rounding: Omit<RoundOptions, "normalize">,
  ): NormalizedRounded;
  /** Rounds and packs a matrix with zeros that a proximal solver found. Throws BenchError `non-finite-weight`. */
  hqq(weight: Float32Array, rows: number, cols: number, options: HqqOptions): Rounded;
  /** float32 [rows, cols]: ((level or code) - zero) * scale * columnScale. */
  dequantize(input: DequantizeInput, out?: Float32Array): Float32Array;
  /**
   * y: float32 [tokens, rows] = (x * columnScale) W^T for inputs x [tokens, cols], where W is what `dequantize` gives back without the
   * column scale, of which there is at most one line. On a GPU the sums have another order, so that y differs by about a
   * millionth of its norm; elsewhere its bits are the same as everywhere.
   */
  product(x: Float32Array, tokens: number, weight: DequantizeInput): Float32Array;
  /**
   * float32 [rows, cols] with every block of `block` neighbours in a row (a power of two that divides the columns) multiplied by
   * the normalized Hadamard matrix, which undoes itself. `out` may be `x`.
   */
  hadamard(x: Float32Array, rows: number, cols: number, block: number, out?: Float32Array): Float32Array;
  /**
   * Mean over tokens and outputs of |x W^T - x W'^T| (l1) or of its square (l2), where x: [tokens, cols] and W = `weight` and
   * W' = `approximation`: [outputs, cols].
   */
  outputError(
    x: Float32Array,
    tokens: number,
    weight: Float32Array,
    approximation: Float32Array,
    outputs: number,
    cols: number,
    norm: ErrorNorm,
  ): number;
  /**
   * `outputError` of the matrix that `round` with these options and `dequantize` with their column scale give back: one candidate
   * of a search, without storing it. Throws BenchError `non-finite-weight`.
   */
  roundedError(
    x: Float32Array,
    tokens: number,
    weight: Float32Array,
    outputs: number,
    cols: number,
    options: RoundOptions,
    norm: ErrorNorm,
  ): number;
  /**
   * float32 [outputs, cols / group]: the magnitude to limit each group of `weight` [outputs, cols] to before rounding, by the squared
   * error of its share of the outputs for inputs x [tokens, cols]. Throws BenchError `non-finite-weight`.
   */
  clipSearch(
    x: Float32Array,
    tokens: number,
    weight: Float32Array,
    outputs: number,
    cols: number,
    options: ClipOptions,
  ): Float32Array;
  /**
   * h: float64 [n, n] of which the upper triangle counts, replaced by the upper triangular U with h^-1 = U^T U. False where h is not
   * positive definite; it is then of no use.
   */
  inverseCholesky(h: Float64Array, n: number): boolean;
  /** Rounds and packs a matrix by GPTQ; codes and groups are in the order of the factor. Throws BenchError `non-finite-weight`. */
  gptq(weight: Float32Array, rows: number, cols: number, factor: GptqFactor, options: GptqRounding): Rounded;
  /** Codes, one a byte, to the stored form: see `packedBytes`. */
  pack(codes: Uint8Array, bits: number): Uint8Array;
  /** The first `count` codes of the stored form, one a byte. */
  unpack(packed: Uint8Array, bits: number, count: number): Uint8Array;
}
