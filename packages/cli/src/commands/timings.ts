import { table5, table10 } from "@sinqbench/experiments";
import { type Command, Option } from "commander";
import type { CalibrationFlags } from "../calibration-input.ts";
import { calibrationOptions, modelOptions } from "../options/command-options.ts";
import { wholeList, wholeNumber } from "../options/parse.ts";
import type { RevisionFlag } from "../options/revision.ts";
import { bitsOption, groupSizeOption, methodsOption, threadsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";

/** Runs of a method whose spread is shown. */
export const REPEATS = 3;
/** Pairs of products: enough for an interval of a few tenths of a percent on a quiet machine, seconds in all. */
export const PAIRS = 101;

export interface Table10Flags extends CalibrationFlags, RevisionFlag {
  model?: string[];
  methods: string[];
  bits: number[];
  groupSize: number;
  repeats: number;
  out?: string;
  threads: number;
  paper?: true;
}

export interface Table5Flags {
  widths: number[];
  rows: number[];
  pairs: number;
  out?: string;
  threads: number;
}

/** The tables of times: `exp table5` and `exp table10`. */
export function timingCommands(program: Command, session: Session): void {
  outOptions(program.command(table5.id).description(table5.title))
    .option("--widths <list>", "rows and columns of the matrix", wholeList(table5.groupSize), [...table5.widths])
    .option("--rows <list>", "rows of inputs that are multiplied at once", wholeList(1), [...table5.tokens])
    .option("--pairs <n>", "products without and with the second scale", wholeNumber(1), PAIRS)
    .addHelpText("after", `\n${table5.about}`)
    .action(async (flags: Table5Flags) => {
      const { runTable5 } = await import("../timings/run-table5.ts");
      await runTable5(session, table5, flags);
    });
  const command = modelOptions(program.command(table10.id).description(table10.title))
    .addOption(methodsOption("method ids with commas between them", table10.methods))
    .addOption(bitsOption(table10.bits))
    .addOption(groupSizeOption().default(table10.groupSize))
    .option("--repeats <n>", "how often each method does all its work", wholeNumber(1), REPEATS);
  outOptions(calibrationOptions(command))
    .addOption(new Option("--paper", "the paper's models, from the hub").conflicts("model"))
    .addHelpText("after", `\n${table10.about}`)
    .action(async (flags: Table10Flags) => {
      const { runTable10 } = await import("../timings/run-table10.ts");
      await runTable10(session, table10, flags);
    });
}

function outOptions(command: Command): Command {
  return command.option("--out <dir>", "folder of the results (default: results)").addOption(threadsOption());
}
