import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "@sinqbench/tensor";
import { packedBytes } from "../../packed-bytes.ts";
import { referenceKernels } from "../../reference/reference-kernels.ts";
import { shrinkFrom } from "../../shrink-from.ts";
import type { HqqOptions } from "../../types.ts";
import type { CudaLibrary } from "../cuda-library.ts";
import { type Check, eachWay, expectSame } from "./each-way.ts";
import { drawWeights } from "./weights.ts";

/** KernelType of cuda/kernels_cuda.h, and how its 16 bits are made and read. */
const TYPES = [
  { type: 1, narrow: float32ToFloat16, widen: float16ToFloat32 },
  { type: 2, narrow: float32ToBfloat16, widen: bfloat16ToFloat32 },
] as const;

const [ROWS, COLS] = [90, 192];
const SOLVER = { bits: 4, iterations: 8, lpNorm: 0.7, beta: 10, roundZero: false, zeroLimit: 65_504 };

function call(library: CudaLibrary, name: Parameters<CudaLibrary["call"]>[0], args: unknown[]): void {
  const status = library.call(name, ...args);
  if (status !== 0) throw new Error(`${name} returned ${status}`);
}

/** Every kernel that takes weights, on the 16-bit form of a matrix, beside the reference on what those bits mean. */
function inType(library: CudaLibrary, halves: Uint16Array, values: Float32Array, type: number, group: number): void {
  const bad = new BigInt64Array(1);
  const outputs = () => ({
    codes: new Uint8Array(packedBytes(ROWS * COLS, 4)),
    scale: new Float32Array((ROWS * COLS) / group),
    zero: new Float32Array((ROWS * COLS) / group),
    rowScale: new Float32Array((ROWS * COLS) / group),
    columnScale: new Float32Array(2 * COLS),
  });
  const tile = { tileRows: 50, tileCols: group };
  const sinkhorn = { ...tile, iterations: 6, stepMin: 0.7, stepMax: 2, earlyStop: true };
  const scales = referenceKernels.sinkhorn(values, ROWS, COLS, sinkhorn);
  const rounding = { scheme: "asymmetric", bits: 4, group, zeroLimit: 65_504 } as const;
  const plain = referenceKernels.round(values, ROWS, COLS, rounding);
  const normalized = referenceKernels.round(values, ROWS, COLS, { ...rounding, normalize: { ...scales, ...tile } });
  const solver: HqqOptions = { ...SOLVER, group, keep: "last", tileRows: ROWS };
  const solved = referenceKernels.hqq(values, ROWS, COLS, solver);
  const shape = [halves, type, ROWS, COLS];
  const steps = [50, group, 6, 0.7, 2, 1];
  const rule = [0, 4, group, null, 0, 65_504];
  eachWay(library, (_, what) => {
    const told = `type ${type}, groups of ${group}, ${what}`;
    const one = outputs();
    call(library, "kernels_cuda_sinkhorn", [...shape, ...steps, one.rowScale, one.columnScale, bad]);
    expectSame(`sinkhorn, ${told}`, [one.rowScale, one.columnScale], [scales.rowScale, scales.columnScale]);
    call(library, "kernels_cuda_round", [...shape, ...rule, null, null, 0, 0, one.codes, one.scale, one.zero, bad]);
    expectSame(`round, ${told}`, [one.codes, one.scale, one.zero], [plain.codes, plain.scale, plain.zero]);
    const both = outputs();
    const results = [both.rowScale, both.columnScale, both.codes, both.scale, both.zero];
    call(library, "kernels_cuda_sinkhorn_round", [...shape, ...steps, ...rule, ...results, bad]);
    expectSame(`both, ${told}`, results, [
      ...[scales.rowScale, scales.columnScale, normalized.codes, normalized.scale, normalized.zero],
    ]);
    const exponents = [solver.lpNorm - 1, 1 / solver.beta, shrinkFrom(solver), 0, solver.zeroLimit, 0];
    const hqq = outputs();
    call(library, "kernels_cuda_hqq", [
      ...[...shape, 4, group, solver.iterations, ...exponents, null, null, 0, 0, hqq.codes, hqq.scale, hqq.zero, bad],
    ]);
    expectSame(`hqq, ${told}`, [hqq.codes, hqq.scale, hqq.zero], [solved.codes, solved.scale, solved.zero]);
  });
}

export const typeChecks: readonly Check[] = TYPES.map(({ type, narrow, widen }) => ({
  name: `take weights of ${type === 1 ? "float16" : "bfloat16"}, with its smallest and largest values`,
  run: (library) => {
    const weight = drawWeights("normal", ROWS * COLS, type);
    // Below the normal numbers of float16, the largest of them, and both zeros.
    weight.set([6e-8, -3e-5, 65_504, -0, 0], 500);
    const halves = narrow(weight);
    const values = widen(halves);
    for (const group of [64, 24]) inType(library, halves, values, type, group);
  },
}));
