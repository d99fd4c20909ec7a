import { benchKernels } from "@sinqbench/kernels";
import { writeFileAtomic } from "@sinqbench/tensor";
import { openKernels } from "../kernels-in-use.ts";
import type { Session } from "../session.ts";
import { quantity } from "../terminal/quantity.ts";
import { measureCuda } from "./cuda.ts";

export interface BenchKernelFlags {
  readonly bits: number;
  readonly groupSize: number;
  /** Rows and columns of the square matrix. */
  readonly size: number;
  readonly repeats: number;
  readonly threads: number;
  readonly json?: string;
}

/** `exp bench kernels`: weights per second of each kernel, the best of several runs. */
export async function benchKernelTable(session: Session, flags: BenchKernelFlags): Promise<void> {
  const { bits, groupSize: group, size, repeats, threads } = flags;
  const kernels = openKernels(session, threads);
  if (kernels.id === "cuda") return measureCuda(session, flags.json);
  session.note(`a ${size} x ${size} float32 matrix in memory to packed codes and scales; best of ${repeats}`);
  const rows = benchKernels({ rows: size, cols: size, bits, group, repeats, threads, prefer: kernels.id });
  const width = Math.max(...rows.map(({ step }) => step.length));
  for (const { step, seconds, weightsPerSecond, gigabytesPerSecond, gigaflopsPerSecond, timesProducts } of rows) {
    const rate = `${quantity(weightsPerSecond).padStart(6)} weights/s`;
    const bytes = `${gigabytesPerSecond.toFixed(1).padStart(5)} GB/s`;
    const flops = gigaflopsPerSecond ? `  ${gigaflopsPerSecond.toFixed(1).padStart(5)} GFLOP/s` : "";
    const share = timesProducts ? `, ${timesProducts.toFixed(2)} x its products` : "";
    session.print(
      `${step.padEnd(width)}  ${rate}  ${(1000 * seconds).toFixed(1).padStart(8)} ms  ${bytes}${flops}${share}`,
    );
  }
  if (flags.json) {
    const path = session.path(flags.json);
    const settings = { rows: size, cols: size, bits, group, repeats, threads, kernels: kernels.description };
    await writeFileAtomic(path, `${JSON.stringify({ ...settings, steps: rows }, null, 2)}\n`);
    session.note(`wrote ${session.shown(path)}`);
  }
}
