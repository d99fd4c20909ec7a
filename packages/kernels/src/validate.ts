import { invalidKernelArgument, unsupportedBits } from "./messages.ts";
import { packedBytes } from "./packed-bytes.ts";
import type {
  ClipOptions,
  DequantizeInput,
  GptqFactor,
  GptqRounding,
  HqqOptions,
  RoundOptions,
  SinkhornOptions,
} from "./types.ts";

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n > 0;
}

function checkShape(kernel: string, length: number, rows: number, cols: number): void {
  if (!isCount(rows) || !isCount(cols))
    throw invalidKernelArgument(kernel, `shape ${rows} x ${cols} is not two counts`);
  if (length !== rows * cols) {
    throw invalidKernelArgument(kernel, `${length} values given for a ${rows} x ${cols} matrix`);
  }
}

function checkLength(kernel: string, name: string, length: number, expected: number): void {
  if (length !== expected) throw invalidKernelArgument(kernel, `${name} has ${length} values, expected ${expected}`);
}

function checkDivides(kernel: string, name: string, part: number, cols: number): void {
  if (!isCount(part) || cols % part !== 0) {
    throw invalidKernelArgument(kernel, `${name} ${part} does not divide the ${cols} columns`);
  }
}

export function checkBits(kernel: string, bits: number, least = 2): void {
  if (!Number.isInteger(bits) || bits < least || bits > 8) throw unsupportedBits(kernel, bits, least);
}

export function checkSinkhorn(weight: Float32Array, rows: number, cols: number, options: SinkhornOptions): void {
  checkShape("sinkhorn", weight.length, rows, cols);
  checkDivides("sinkhorn", "tile width", options.tileCols, cols);
  if (!isCount(options.tileRows))
    throw invalidKernelArgument("sinkhorn", `tile height ${options.tileRows} is not a count`);
  if (!Number.isSafeInteger(options.iterations) || options.iterations < 0) {
    throw invalidKernelArgument("sinkhorn", `${options.iterations} iterations is not a count`);
  }
  const { stepMin, stepMax } = options;
  if (!(stepMin >= 1e-6 && stepMin <= stepMax && stepMax <= 1e6)) {
    throw invalidKernelArgument(
      "sinkhorn",
      `step bounds ${stepMin} to ${stepMax} are not ascending within 1e-6 to 1e6`,
    );
  }
}

export function checkRound(
  weight: Float32Array,
  rows: number,
  cols: number,
  options: RoundOptions,
  kernel = "round",
): void {
  checkShape(kernel, weight.length, rows, cols);
  // 2 bits leave symmetric rounding a scale of |w|max / 0.
  checkBits(kernel, options.bits, options.scheme === "symmetric" ? 3 : 2);
  checkDivides(kernel, "group", options.group, cols);
  if (!(options.zeroLimit > 0)) throw invalidKernelArgument(kernel, `zero limit ${options.zeroLimit} is not positive`);
  checkLevels(kernel, options);
  checkNormalize(kernel, rows, cols, options);
}

export function checkOutputError(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  approximation: Float32Array,
  outputs: number,
  cols: number,
): void {
  checkShape("outputError", weight.length, outputs, cols);
  checkLength("outputError", "approximation", approximation.length, weight.length);
  checkShape("outputError", x.length, tokens, cols);
}

export function checkRoundedError(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  outputs: number,
  cols: number,
  options: RoundOptions,
): void {
  checkRound(weight, outputs, cols, options, "roundedError");
  checkShape("roundedError", x.length, tokens, cols);
}

function checkNormalize(
  kernel: string,
  rows: number,
  cols: number,
  { normalize, group }: RoundOptions | HqqOptions,
): void {
  if (!normalize) return;
  checkDivides(kernel, "tile width", normalize.tileCols, cols);
  checkDivides(kernel, "group (within a tile)", group, normalize.tileCols);
  if (!isCount(normalize.tileRows))
    throw invalidKernelArgument(kernel, `tile height ${normalize.tileRows} is not a count`);
  checkLength(kernel, "row scale", normalize.rowScale.length, (rows * cols) / normalize.tileCols);
  checkLength(kernel, "column scale", normalize.columnScale.length, Math.ceil(rows / normalize.tileRows) * cols);
}

export function checkHqq(weight: Float32Array, rows: number, cols: number, options: HqqOptions): void {
  checkShape("hqq", weight.length, rows, cols);
  checkBits("hqq", options.bits);
  checkDivides("hqq", "group", options.group, cols);
  if (!isCount(options.iterations))
    throw invalidKernelArgument("hqq", `${options.iterations} iterations is not a count`);
  if (!isCount(options.tileRows)) throw invalidKernelArgument("hqq", `tile height ${options.tileRows} is not a count`);
  if (!(options.lpNorm > 0 && options.lpNorm <= 1))
    throw invalidKernelArgument("hqq", `norm ${options.lpNorm} is not above 0 and at most 1`);
  if (!(options.beta >= 1e-6 && options.beta <= 1e6))
    throw invalidKernelArgument("hqq", `beta ${options.beta} is not within 1e-6 to 1e6`);
  if (!(options.zeroLimit > 0)) throw invalidKernelArgument("hqq", `zero limit ${options.zeroLimit} is not positive`);
  checkNormalize("hqq", rows, cols, options);
}

function checkLevels(kernel: string, { scheme, levels, bits }: RoundOptions): void {
  if (scheme === "asymmetric" || scheme === "symmetric") {
    if (levels) throw invalidKernelArgument(kernel, `scheme ${scheme} takes no codebook`);
    return;
  }
  if (!levels || levels.length < 2 || levels.length > 2 ** bits) {
    throw invalidKernelArgument(
      kernel,
      `a ${bits}-bit codebook has 2 to ${2 ** bits} levels, not ${levels?.length ?? 0}`,
    );
  }
  if (!levels.every((level, k) => Number.isFinite(level) && (k === 0 || level > levels[k - 1]))) {
    throw invalidKernelArgument(kernel, "codebook levels are not finite and ascending");
  }
}

export function checkDequantize(input: DequantizeInput, out: Float32Array | undefined, kernel = "dequantize"): void {
  const { rows, cols, bits, group } = input;
  checkBits(kernel, bits);
  checkShape(kernel, out?.length ?? rows * cols, rows, cols);
  checkDivides(kernel, "group", group, cols);
  checkLength(kernel, "codes", input.codes.length, packedBytes(rows * cols, bits));
  checkLength(kernel, "scale", input.scale.length, (rows * cols) / group);
  if (input.zero.length !== 1) checkLength(kernel, "zero", input.zero.length, (rows * cols) / group);
  if (input.levels && (input.levels.length < 1 || input.levels.length > 2 ** bits)) {
    throw invalidKernelArgument(kernel, `${input.levels.length} levels for ${bits}-bit codes`);
  }
  if (!input.columnScale) return;
  const span = input.columnScaleRows ?? rows;
  if (!isCount(span)) throw invalidKernelArgument(kernel, `${span} rows per column scale is not a count`);
  checkLength(kernel, "column scale", input.columnScale.length, Math.ceil(rows / span) * cols);
}

export function checkProduct(x: Float32Array, tokens: number, weight: DequantizeInput): void {
  checkDequantize(weight, undefined, "product");
  checkShape("product", x.length, tokens, weight.cols);
  if (weight.columnScale)
    checkLength("product", "column scale, one line for all rows,", weight.columnScale.length, weight.cols);
}

export function checkHadamard(length: number, rows: number, cols: number, block: number, out?: Float32Array): void {
  checkShape("hadamard", length, rows, cols);
  checkDivides("hadamard", "block", block, cols);
  if (!Number.isInteger(Math.log2(block))) throw invalidKernelArgument("hadamard", `block ${block} is no power of two`);
  if (out) checkLength("hadamard", "output", out.length, length);
}

export function checkClipSearch(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  outputs: number,
  cols: number,
  { bits, group, steps, shrink }: ClipOptions,
): void {
  checkShape("clipSearch", weight.length, outputs, cols);
  checkShape("clipSearch", x.length, tokens, cols);
  checkBits("clipSearch", bits);
  checkDivides("clipSearch", "group", group, cols);
  if (!isCount(steps) || steps > 2 ** 20) throw invalidKernelArgument("clipSearch", `${steps} steps is not a count`);
  if (!(shrink > 0 && shrink <= 1)) {
    throw invalidKernelArgument("clipSearch", `shrink ${shrink} is not above 0 and at most 1`);
  }
}

export function checkInverseCholesky(h: Float64Array, n: number): void {
  checkShape("inverseCholesky", h.length, n, n);
}

export function checkGptq(
  weight: Float32Array,
  rows: number,
  cols: number,
  { order, unused, upper }: GptqFactor,
  { bits, group, block }: GptqRounding,
): void {
  checkShape("gptq", weight.length, rows, cols);
  checkBits("gptq", bits);
  checkDivides("gptq", "group", group, cols);
  if (!isCount(block)) throw invalidKernelArgument("gptq", `block ${block} is not a count`);
  checkLength("gptq", "order", order.length, cols);
  checkLength("gptq", "unused", unused.length, cols);
  checkLength("gptq", "upper", upper.length, cols * cols);
  const seen = new Uint8Array(cols);
  for (const column of order) {
    if (seen[column] !== 0) throw invalidKernelArgument("gptq", `order does not name each of the ${cols} columns once`);
    seen[column] = 1;
  }
}

export function checkUnpack(packed: Uint8Array, bits: number, count: number): void {
  checkBits("unpack", bits);
  if (!Number.isSafeInteger(count) || count < 0) throw invalidKernelArgument("unpack", `${count} is not a count`);
  checkLength("unpack", "packed codes", packed.length, packedBytes(count, bits));
}
