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

export interface ClaimsFlags extends RunFlags {
  model?: string[];
  out?: string;
}

/** `exp claims`: which of the paper's claims hold on a model. */
export function claimsCommand(program: Command, session: Session): void {
  program
    .command("claims")
    .description("which of the paper's claims hold on a model, by paired differences with their standard errors")
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
      "\nA claim holds or fails where the paired difference of the loss is beyond two standard errors; else it is undecided.\n" +
        "One model and two texts decide nothing about other models: the claim's table in the paper is named beside it.",
    )
    .action(async (flags: ClaimsFlags) => {
      const { runClaims } = await import("../claims/run-claims.ts");
      await runClaims(session, flags);
    });
}
