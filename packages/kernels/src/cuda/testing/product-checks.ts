import { float16ToFloat32, float32ToFloat16 } from "@sinqbench/tensor";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import { type Check, eachWay, expectSame } from "./each-way.ts";
import { drawWeights } from "./weights.ts";

/** KernelType of cuda/kernels_cuda.h. */
const F16 = 1;

/** y = (x * t) W^T in float64, W the dequantized matrix. */
function expected(x: Float32Array, t: Float32Array | null, decoded: Float32Array, cols: number): Float64Array {
  const [tokens, rows] = [x.length / cols, decoded.length / cols];
  const y = new Float64Array(tokens * rows);
  for (let n = 0; n < tokens; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) y[n * rows + i] += x[n * cols + j] * (t ? t[j] : 1) * decoded[i * cols + j];
    }
  }
  return y;
}

export const productChecks: readonly Check[] = [
  {
    name: "multiply inputs with 4-bit codes and two scales, within 2e-6 of the norm of the product in float64",
    run: (library) => {
      for (const [rows, cols, group, tokens] of [
        [37, 192, 64, 1],
        [70, 320, 32, 9],
        [5, 64, 8, 17],
        [16, 1024, 128, 8],
      ]) {
        const weight = drawWeights("normal", rows * cols, rows);
        const options = { scheme: "asymmetric", bits: 4, group, zeroLimit: 65_504 } as const;
        const { codes, scale, zero } = referenceKernels.round(weight, rows, cols, options);
        const stored = { rows, cols, bits: 4, group, codes, scale, zero: zero! };
        const decoded = referenceKernels.dequantize(stored);
        const t = drawWeights("normal", cols, 5).map((value) => 1 + value);
        const halves = float32ToFloat16(drawWeights("normal", tokens * cols, 6));
        const x = float16ToFloat32(halves);
        for (const second of [t, null]) {
          const right = expected(x, second, decoded, cols);
          const columnScale = second ? { columnScale: second } : {};
          const check = (what: string, y: Float32Array) => {
            const off = Math.hypot(...right.map((value, i) => value - y[i])) / Math.hypot(...right);
            if (!(off < 2e-6)) throw new Error(`${rows} x ${cols}, ${what}: ${off} off`);
          };
          eachWay(library, (kernels, what) => {
            check(what, kernels.product(x, tokens, { ...stored, ...columnScale }));
            const y = new Float32Array(tokens * rows).fill(Number.NaN);
            const matrix = [codes, rows, cols, group, scale, zero, second];
            const status = library.call("kernels_cuda_product", ...matrix, halves, F16, tokens, y);
            if (status !== 0) throw new Error(`${rows} x ${cols}, ${what}: status ${status}`);
            check(`${what}, inputs of 16 bits`, y);
          });
        }
      }
    },
  },
  {
    name: "leave the products that only C++ has to it",
    run: (library) => {
      const [rows, cols, tokens] = [5, 48, 3];
      const weight = drawWeights("normal", rows * cols, 1);
      const x = drawWeights("normal", tokens * cols, 2);
      for (const [bits, group, more] of [
        [3, 16, {}],
        [4, 12, {}],
        [4, 16, { zero: Float32Array.of(7) }],
        [4, 16, { levels: Float32Array.from({ length: 16 }, (_, k) => k ** 2) }],
      ] as const) {
        const options = { scheme: "asymmetric", bits, group, zeroLimit: 65_504 } as const;
        const { codes, scale, zero } = referenceKernels.round(weight, rows, cols, options);
        const stored = { rows, cols, bits, group, codes, scale, zero: zero!, ...more };
        const expected = referenceKernels.product(x, tokens, stored);
        eachWay(library, (kernels, what) => expectSame(what, [kernels.product(x, tokens, stored)], [expected]));
      }
    },
  },
];
