import { benchEvaluate } from "@sinqbench/evaluate";
import { writeFileAtomic } from "@sinqbench/tensor";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { defaultWindow } from "../protocol.ts";
import type { Session } from "../session.ts";
import { duration } from "../terminal/duration.ts";
import { createProgress, type ProgressBar } from "../terminal/progress.ts";
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
  let bar: ProgressBar | undefined;
  const result = await benchEvaluate({
    modelDir: model.dir,
    variants,
    windows: flags.windows,
    window,
    threads: flags.threads,
    kernels,
    onProgress: ({ done, total, note }) => {
      bar ??= createProgress(session.io, { label: model.name, total, rate: (rate) => measure(rate, "FLOP/s") });
      bar.update(done, note);
    },
  }).finally(() => bar?.end());
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines: [string, string][] = [
    ["model", `${model.name}, ${variants.length} variants, ${flags.windows} x ${window} random tokens`],
    [
      "matrix product",
      `${measure(result.gemmFlops, "FLOP/s")}, this machine's float32 rate with ${flags.threads} threads`,
    ],
    ["blocks", `${measure(result.blocksFlops, "FLOP/s")}, ${percent(result.blocksFlops / result.gemmFlops)} of it`],
    ["head", `${measure(result.headFlops, "FLOP/s")}, ${percent(result.headFlops / result.gemmFlops)} of it`],
    ["both", `${measure(result.flops, "FLOP/s")}, ${percent(result.shareOfGemm)} of it`],
    ["time", `${duration(result.wallSeconds)}, ${duration(result.runtimeSeconds)} of it inside the runtime`],
    ["tokens", `${quantity(result.tokensPerSecond)} a second, all variants counted`],
    ["peak memory", result.peakBytes === null ? "not known on this system" : measure(result.peakBytes, "B")],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, text] of lines) session.print(`${name.padEnd(width)}  ${text}`);
  if (flags.json) {
    const path = session.path(flags.json);
    await writeFileAtomic(
      path,
      `${JSON.stringify({ model: model.name, threads: flags.threads, ...result }, null, 2)}\n`,
    );
    session.note(`wrote ${session.shown(path)}`);
  }
}
