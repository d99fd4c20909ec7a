import type { Command } from "commander";
import { DEFAULT_CALIBRATION } from "../calibration-input.ts";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { collect, wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, revisionOption } from "../options/revision.ts";
import {
  calibrationOption,
  calibrationWindowsOption,
  datasetOption,
  deviceOption,
  freshOption,
  threadsOption,
  tokensOption,
} from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface AllFlags extends RunFlags {
  model?: string[];
  out?: string;
}

/** `exp all`: the whole record. */
export function allCommand(program: Command, session: Session): void {
  program
    .command("all")
    .description("every experiment of the record, the imbalance and the claims, one after the other")
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: embedded)`, collect)
    .addOption(revisionOption())
    .addOption(datasetOption("may be repeated; see exp list (default: all texts that come along)").argParser(collect))
    .addOption(tokensOption().conflicts("dataset"))
    .option("--windows <n>", "score only the first n windows of each text", wholeNumber(1))
    .addOption(calibrationOption(DEFAULT_CALIBRATION))
    .addOption(calibrationWindowsOption())
    .option("--out <dir>", "folder of the results (default: results)")
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(freshOption())
    .addHelpText(
      "after",
      "\nCells that two experiments share are computed once; an interrupted run goes on where it stopped when started again.",
    )
    .action(async (flags: AllFlags) => {
      const { runAll } = await import("../all/run-all.ts");
      await runAll(session, flags);
    });
}
