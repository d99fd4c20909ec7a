import type { Command } from "commander";
import { DEFAULT_CALIBRATION } from "../calibration-input.ts";
import { collect, wholeNumber } from "./parse.ts";
import { MODEL_WORDS, revisionOption } from "./revision.ts";
import {
  calibrationOption,
  calibrationWindowsOption,
  datasetOption,
  deviceOption,
  freshOption,
  threadsOption,
  tokensOption,
} from "./shared.ts";

/** Which models, for commands that take several. */
export function modelOptions(command: Command): Command {
  return command
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: all that come along)`, collect)
    .addOption(revisionOption());
}

/** Which texts, for commands that score several. */
export function textOptions(command: Command): Command {
  return command
    .addOption(datasetOption("may be repeated; see exp list (default: all texts that come along)").argParser(collect))
    .addOption(tokensOption().conflicts("dataset"))
    .option("--windows <n>", "score only the first n windows of each text", wholeNumber(1));
}

/** What calibrated methods learn from. */
export function calibrationOptions(command: Command): Command {
  return command.addOption(calibrationOption(DEFAULT_CALIBRATION)).addOption(calibrationWindowsOption());
}

/** Where results go and what computes them. */
export function runOptions(command: Command): Command {
  return command
    .option("--out <dir>", "folder of the results (default: results)")
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(freshOption());
}
