import { measureGemmRate, type Variant } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";

/** What this machine does in a second. */
export interface MachineRates {
  /** Float32 matrix products through the runtime, FLOP/s. */
  readonly gemm: number;
  /** Seconds that all variants together take to quantize a weight; those that learn from a text left out. */
  readonly quantizing: number;
}

const GEMM_REPEATS = 4;
const SIZE = 512;

/** Measures for a second or two. */
export async function machineRates(
  variants: readonly Variant[],
  kernels: Kernels,
  threads: number,
): Promise<MachineRates> {
  const gemm = await measureGemmRate(threads, GEMM_REPEATS);
  const data = seededRandom(1).fillNormal(new Float32Array(SIZE * SIZE), 0.02);
  let quantizing = 0;
  for (const { quantizer, config } of variants) {
    if (!quantizer || !config || quantizer.needs) continue;
    const run = () => quantizer.quantize({ rows: SIZE, cols: SIZE, data }, config, { kernels });
    run();
    const start = performance.now();
    run();
    quantizing += (performance.now() - start) / 1000 / (SIZE * SIZE);
  }
  return { gemm, quantizing };
}
