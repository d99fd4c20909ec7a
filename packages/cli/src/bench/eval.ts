import { type BenchEvaluateResult, benchEvaluate } from "@sinqbench/evaluate";
import { writeFileAtomic } from "@sinqbench/tensor";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { defaultWindow } from "../protocol.ts";
import type { Session } from "../session.ts";
import { duration } from "../terminal/duration.ts";
import { EvaluationProgress } from "../terminal/evaluation-progress.ts";
import { measure, quantity } from "../terminal/quantity.ts";
import { chooseVariants } from "../variants.ts";

export interface BenchEvalFlags {
  readonly methods: readonly string[];
  readonly bits: readonly number[];
  readonly window?: number;
  readonly windows: number;
  readonly threads: number;
  readonly json?: string;
}

/** Group size and precisions of table 1; the speed hardly depends on them. */
const SETTINGS = { groupSize: 64, tiling: "1d", aux: "f16" } as const;

/** `exp bench eval`: the rate of an evaluation on random tokens beside the machine's own matrix-product rate. */
export async function benchEval(session: Session, word: string, flags: BenchEvalFlags): Promise<void> {
  const variants = chooseVariants({ ...SETTINGS, methods: flags.methods, bits: flags.bits }, (line) =>
    session.note(line),
  );
  const model = await openModelFolder(session, word);
  const window = flags.window ?? defaultWindow(model.config.maxPositions);
  const kernels = openKernels(session, flags.threads);
  const bar = new EvaluationProgress(session.io, model.name);
  const result = await benchEvaluate({
    modelDir: model.dir,
    variants,
    windows: flags.windows,
    window,
    threads: flags.threads,
    kernels,
    onProgress: (progress) => bar.update(progress),
  }).finally(() => bar.end());
  const title = `${model.name}, ${variants.length} variants, ${flags.windows} x ${window} random tokens`;
  for (const line of figures(title, flags.threads, result)) session.print(line);
  if (flags.json) {
    const path = session.path(flags.json);
    await writeFileAtomic(
      path,
      `${JSON.stringify({ model: model.name, threads: flags.threads, ...result }, null, 2)}\n`,
    );
    session.note(`wrote ${session.shown(path)}`);
  }
}

/** The figures for people, one a line. */
export function figures(title: string, threads: number, result: BenchEvaluateResult): string[] {
  const share = (flops: number) =>
    `${measure(flops, "FLOP/s")}, ${((100 * flops) / result.gemmFlops).toFixed(1)} % of it`;
  const lines: [string, string][] = [
    ["model", title],
    ["matrix product", `${measure(result.gemmFlops, "FLOP/s")}, this machine's float32 rate with ${threads} threads`],
    ["blocks", share(result.blocksFlops)],
    ["head", share(result.headFlops)],
    ["both", share(result.flops)],
    ["time", `${duration(result.wallSeconds)}, ${duration(result.runtimeSeconds)} of it inside the runtime`],
    ["tokens", `${quantity(result.tokensPerSecond)} a second, all variants counted`],
    ["peak memory", result.peakBytes === null ? "not known on this system" : measure(result.peakBytes, "B")],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}
