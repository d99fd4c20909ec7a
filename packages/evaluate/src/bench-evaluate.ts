import { readFileSync } from "node:fs";
import type { Kernels } from "@sinqbench/kernels";
import { readModelConfig } from "@sinqbench/models";
import { seededRandom } from "@sinqbench/tensor";
import { evaluate } from "./evaluate.ts";
import { measureGemmRate } from "./gemm-rate.ts";
import type { EvaluateOptions, Variant } from "./types.ts";

/** What `benchEvaluate` runs. */
export interface BenchEvaluateOptions {
  readonly modelDir: string;
  readonly variants: readonly Variant[];
  readonly windows: number;
  /** Tokens in a window. */
  readonly window: number;
  readonly threads: number;
  readonly kernels: Kernels;
  /** As in an evaluation. */
  readonly onProgress?: EvaluateOptions["onProgress"];
}

/** Rates and times of one evaluation. */
export interface BenchEvaluateResult {
  /** Best float32 matrix product before and after the evaluation, FLOP/s. */
  readonly gemmFlops: number;
  /** FLOPs of linear layers, causal attention and lm_head over the time inside the runtime. */
  readonly blocksFlops: number;
  readonly headFlops: number;
  readonly flops: number;
  /** flops / gemmFlops */
  readonly shareOfGemm: number;
  readonly runtimeSeconds: number;
  readonly wallSeconds: number;
  readonly tokensPerSecond: number;
  /** Peak resident memory of the process so far (VmHWM), bytes; null where the system does not say. */
  readonly peakBytes: number | null;
}

/** Evaluates random tokens and sets the time beside the machine's own matrix product rate, measured in the same run. */
export async function benchEvaluate(options: BenchEvaluateOptions): Promise<BenchEvaluateResult> {
  const { modelDir, windows: count, window: length, threads } = options;
  const { vocabSize } = await readModelConfig(modelDir);
  const before = await measureGemmRate(threads);
  const random = seededRandom(1);
  const ids = Int32Array.from({ length: count * length }, () => Math.floor(random.uniform() * vocabSize));
  const totals = { blocks: { flops: 0, seconds: 0 }, head: { flops: 0, seconds: 0 } };
  const start = performance.now();
  await evaluate({
    modelDir,
    variants: options.variants,
    sets: [{ name: "random", length, count, ids }],
    kernels: options.kernels,
    threads,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    onRun({ stage, flops, seconds }) {
      totals[stage].flops += flops;
      totals[stage].seconds += seconds;
    },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const gemmFlops = Math.max(before, await measureGemmRate(threads));
  const runtimeSeconds = totals.blocks.seconds + totals.head.seconds;
  const flops = (totals.blocks.flops + totals.head.flops) / runtimeSeconds;
  return {
    gemmFlops,
    blocksFlops: totals.blocks.flops / totals.blocks.seconds,
    headFlops: totals.head.flops / totals.head.seconds,
    flops,
    shareOfGemm: flops / gemmFlops,
    runtimeSeconds,
    wallSeconds,
    tokensPerSecond: (count * length * options.variants.length) / wallSeconds,
    peakBytes: peakResidentBytes(),
  };
}

/** VmHWM of this process, which includes the runtime's thread; only Linux tells. */
export function peakResidentBytes(): number | null {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return line ? Number(line[1]) * 1024 : null;
  } catch {
    return null;
  }
}
