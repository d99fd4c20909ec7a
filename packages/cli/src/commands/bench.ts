import { type Command, Option } from "commander";
import { EMBEDDED } from "../model-words.ts";
import { wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS } from "../options/revision.ts";
import { bitsOption, groupSizeOption, methodsOption, threadsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";

const jsonOption = () => new Option("--json <file>", "write the figures as JSON too");

/** `exp bench`: how fast this machine is, measured; nothing in the tests is timed. */
export function benchCommand(program: Command, session: Session): void {
  const bench = program.command("bench").description("measure the speed of this machine");
  bench
    .command("kernels", { isDefault: true })
    .description("weights per second of every rounding and normalization")
    .option("--size <n>", "rows and columns of the matrix", wholeNumber(64), 4096)
    .option("--bits <n>", "bits of a code", wholeNumber(2), 4)
    .addOption(groupSizeOption())
    .option("--repeats <n>", "runs of each step; the fastest counts", wholeNumber(1), 5)
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(async (flags) => {
      const { benchKernelTable } = await import("../bench/kernels.ts");
      await benchKernelTable(session, flags);
    });
  bench
    .command("eval")
    .description("rate of an evaluation beside the machine's own matrix-product rate")
    .argument("[model]", `${MODEL_WORDS}; exp synth makes one of any shape`, EMBEDDED)
    .addOption(methodsOption("method ids with commas between them", ["bf16", "rtn", "sinq"]))
    .addOption(bitsOption([4]))
    .option("--window <n>", "tokens in a window (default: 2048, or the model's positions if fewer)", wholeNumber(2))
    .option("--windows <n>", "windows of random tokens", wholeNumber(1), 2)
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(async (model, flags) => {
      const { benchEval } = await import("../bench/eval.ts");
      await benchEval(session, model, flags);
    });
}
