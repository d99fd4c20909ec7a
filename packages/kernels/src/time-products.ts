import { copier, fastest, normalValues } from "./bench-support.ts";
import { type CudaLibrary, openCudaLibrary } from "./cuda/cuda-library.ts";
import { cudaRecipe } from "./cuda/cuda-recipe.ts";
import { kernelFailed } from "./messages.ts";
import { buildLibrary } from "./native/build.ts";
import type { DequantizeInput, Kernels } from "./types.ts";

/** A product to be timed: `tokens` inputs with a `width` x `width` matrix of 4-bit codes. */
export interface ProductSetting {
  readonly width: number;
  readonly tokens: number;
  /** A multiple of 8 that divides the width; on a GPU it is 64. */
  readonly group: number;
  /** Each is a product without and one with the second scale. */
  readonly pairs: number;
  /** Bytes of matrices that are gone through in turn on a processor; by default more than its caches keep. */
  readonly beyondBytes?: number;
}

/** Seconds of products without and with the second scale, by pair. */
export interface ProductTimes {
  readonly plain: readonly number[];
  readonly scaled: readonly number[];
  /** What one product must read and write: codes, scales, zeros, inputs and outputs. */
  readonly bytes: number;
}

const BEYOND_CACHE = 192e6;
/** Of a processor's matrices; those of a GPU are made there. */
const BITS = 4;

/** Seconds since some moment. */
type Clock = () => number;
const now: Clock = () => Number(process.hrtime.bigint()) / 1e9;

/**
 * Times y = (x * t) [s (q - z)]^T with and without t, in turns: which of a pair comes first alternates, so that neither drift nor
 * what the one leaves in caches favours the other, and every product has another matrix than those before it.
 *
 * On a GPU it is the time on the device, of data that lie there, by its events; each value is the median of several runs.
 */
export function timeProducts(kernels: Kernels, setting: ProductSetting, clock: Clock = now): ProductTimes {
  const { width, tokens, group, pairs } = setting;
  const bytes = width ** 2 * (BITS / 8 + 8 / group) + 2 * 4 * tokens * width;
  const run = kernels.id === "cuda" ? onDevice(openCuda(), setting) : onProcessor(kernels, setting, clock);
  run(false);
  run(true);
  const [plain, scaled]: number[][] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const second of pair % 2 === 0 ? [false, true] : [true, false]) (second ? scaled : plain).push(run(second));
  }
  return { plain, scaled, bytes };
}

function onProcessor(kernels: Kernels, setting: ProductSetting, clock: Clock) {
  const { width, tokens, group, beyondBytes = BEYOND_CACHE } = setting;
  const weight = normalValues(width * width);
  const rounded = kernels.round(weight, width, width, {
    ...{ scheme: "asymmetric", bits: BITS, group, zeroLimit: 65_504 },
  });
  const each = rounded.codes.byteLength + 2 * rounded.scale.byteLength;
  const matrices: DequantizeInput[] = Array.from({ length: Math.ceil(beyondBytes / each) }, () => ({
    ...{ rows: width, cols: width, bits: BITS, group },
    ...{ codes: rounded.codes.slice(), scale: rounded.scale.slice(), zero: rounded.zero!.slice() },
  }));
  const x = normalValues(tokens * width);
  const columnScale = weight.slice(0, width).map((value) => 1 + value);
  let turn = 0;
  return (second: boolean): number => {
    // Made anew for either, so that neither is the first to look at an object that left the caches.
    const matrix = { ...matrices[turn++ % matrices.length], ...(second && { columnScale }) };
    const start = clock();
    kernels.product(x, tokens, matrix);
    return clock() - start;
  };
}

function openCuda(): CudaLibrary {
  return openCudaLibrary(`${buildLibrary(cudaRecipe(process.env), process.env).library}`);
}

/** KernelCudaStep and KernelType of cuda/kernels_cuda.h, and runs whose median is one value. */
const COPY = 0;
const PRODUCT = 9;
const PRODUCT_SCALED = 10;
const F32 = 0;
const RUNS = 20;

/** A product on the device, by its events; returns seconds. */
export function onDevice(library: CudaLibrary, { width, tokens }: Pick<ProductSetting, "width" | "tokens">) {
  return (second: boolean): number => benchStep(library, second ? PRODUCT_SCALED : PRODUCT, width, tokens).seconds;
}

function benchStep(library: CudaLibrary, step: number, width: number, tokens: number) {
  const [milliseconds, bytes] = [new Float64Array(1), new Float64Array(1)];
  const status = library.call("kernels_cuda_bench", step, width, width, F32, tokens, RUNS, milliseconds, bytes);
  if (status !== 0) throw kernelFailed("product", status);
  return { seconds: milliseconds[0] / 1e3, bytes: bytes[0] };
}

/** Floats that a copy is timed with, and how often: the fastest counts. */
const COPIED = 2 ** 24;
const COPIES = 5;

/** Bytes read and written in a second by a plain copy where the kernels compute, with the same threads. */
export function copyRate(kernels: Kernels, threads: number): number {
  if (kernels.id === "cuda") {
    const { seconds, bytes } = benchStep(openCuda(), COPY, 4096, 1);
    return bytes / seconds;
  }
  const from = normalValues(COPIED);
  const to = new Float32Array(COPIED);
  const copy = copier(kernels.id, threads);
  return (2 * from.byteLength) / fastest(() => copy(from, to), COPIES);
}
