import { experiments } from "@sinqbench/experiments";

import type { Experiment } from "@sinqbench/report";
import { type Command, Option } from "commander";
import { DEFAULT_CALIBRATION } from "../calibration-input.ts";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { collect, wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, revisionOption } from "../options/revision.ts";
import {
  bitsOption,
  calibrationOption,
  calibrationWindowsOption,
  datasetOption,
  deviceOption,
  freshOption,
  groupSizeOption,
  methodsOption,
  threadsOption,
  tokensOption,
} from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface ExperimentFlags extends RunFlags {
  model?: string[];
  methods: string[];
  bits: number[];
  groupSize: number;
  out?: string;
  paper?: true;
}

/** One command per experiment in the record: `exp table1` and whatever is added beside it. */
export function experimentCommands(program: Command, session: Session): void {
  for (const experiment of Object.values<Experiment>(experiments)) experimentCommand(program, session, experiment);
}

function experimentCommand(program: Command, session: Session, experiment: Experiment): void {
  program
    .command(experiment.id)
    .description(experiment.title)
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: embedded)`, collect)
    .addOption(revisionOption())
    .addOption(methodsOption("method ids with commas between them; bf16 always comes first", experiment.methods))
    .addOption(bitsOption(experiment.bits))
    .addOption(groupSizeOption().default(experiment.groupSize))
    .addOption(datasetOption("may be repeated; see exp list (default: all texts that come along)").argParser(collect))
    .addOption(tokensOption().conflicts("dataset"))
    .option("--windows <n>", "score only the first n windows of each text", wholeNumber(1))
    .addOption(calibrationOption(DEFAULT_CALIBRATION))
    .addOption(calibrationWindowsOption())
    .option("--out <dir>", "folder of the results (default: results)")
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(freshOption())
    .addOption(
      new Option("--paper", "the paper's models, from the hub, after a word on what they cost").conflicts("model"),
    )
    .addHelpText("after", `\n${experiment.about}`)
    .action(async (flags: ExperimentFlags) => {
      const { runExperiment } = await import("../experiment/run-experiment.ts");
      await runExperiment(session, experiment, flags);
    });
}
