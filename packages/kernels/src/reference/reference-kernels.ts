import { sinkhornThenRound } from "../sinkhorn-then-round.ts";
import type { Kernels } from "../types.ts";
import {
  checkBits,
  checkClipSearch,
  checkDequantize,
  checkGptq,
  checkHadamard,
  checkHqq,
  checkInverseCholesky,
  checkOutputError,
  checkProduct,
  checkRound,
  checkRoundedError,
  checkSinkhorn,
  checkUnpack,
} from "../validate.ts";
import { clipSearch } from "./clip-search.ts";
import { dequantize } from "./dequantize.ts";
import { gptq } from "./gptq.ts";
import { hadamard } from "./hadamard.ts";
import { hqq } from "./hqq.ts";
import { inverseCholesky } from "./inverse-cholesky.ts";
import { outputError } from "./output-error.ts";
import { pack, unpack } from "./pack.ts";
import { product } from "./product.ts";
import { round } from "./round.ts";
import { roundedError } from "./rounded-error.ts";
import { sinkhorn } from "./sinkhorn.ts";

const kernels: Omit<Kernels, "sinkhornRound"> = {
  id: "reference",
  description: "TypeScript reference kernels, 1 thread",
  sinkhorn(weight, rows, cols, options) {
    checkSinkhorn(weight, rows, cols, options);
    return sinkhorn(weight, rows, cols, options);
  },
  round(weight, rows, cols, options) {
    checkRound(weight, rows, cols, options);
    return round(weight, rows, cols, options);
  },
  hqq(weight, rows, cols, options) {
    checkHqq(weight, rows, cols, options);
    return hqq(weight, rows, cols, options);
  },
  dequantize(input, out) {
    checkDequantize(input, out);
    return dequantize(input, out);
  },
  product(x, tokens, weight) {
    checkProduct(x, tokens, weight);
    return product(x, tokens, weight);
  },
  hadamard(x, rows, cols, block, out) {
    checkHadamard(x.length, rows, cols, block, out);
    return hadamard(x, block, out);
  },
  outputError(x, tokens, weight, approximation, outputs, cols, norm) {
    checkOutputError(x, tokens, weight, approximation, outputs, cols);
    return outputError(x, tokens, weight, approximation, outputs, cols, norm);
  },
  roundedError(x, tokens, weight, outputs, cols, options, norm) {
    checkRoundedError(x, tokens, weight, outputs, cols, options);
    return roundedError(x, tokens, weight, outputs, cols, options, norm);
  },
  clipSearch(x, tokens, weight, outputs, cols, options) {
    checkClipSearch(x, tokens, weight, outputs, cols, options);
    return clipSearch(x, tokens, weight, outputs, cols, options);
  },
  inverseCholesky(h, n) {
    checkInverseCholesky(h, n);
    return inverseCholesky(h, n);
  },
  gptq(weight, rows, cols, factor, options) {
    checkGptq(weight, rows, cols, factor, options);
    return gptq(weight, rows, cols, factor, options);
  },
  pack(codes, bits) {
    checkBits("pack", bits);
    return pack(codes, bits);
  },
  unpack(packed, bits, count) {
    checkUnpack(packed, bits, count);
    return unpack(packed, bits, count);
  },
};

/** The readable TypeScript kernels: the oracle of the tests, and what runs where nothing can be compiled. */
export const referenceKernels: Kernels = { ...kernels, sinkhornRound: sinkhornThenRound(kernels) };
