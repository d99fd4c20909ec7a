import { experiments } from "@sinqbench/experiments";

import type { Experiment } from "@sinqbench/report";
import { type Command, Option } from "commander";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { calibrationOptions, modelOptions, runOptions, textOptions } from "../options/command-options.ts";
import { bitsOption, groupSizeOption, methodsOption } from "../options/shared.ts";
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
  const command = modelOptions(program.command(experiment.id).description(experiment.title))
    .addOption(methodsOption("method ids with commas between them; bf16 always comes first", experiment.methods))
    .addOption(bitsOption(experiment.bits))
    .addOption(groupSizeOption().default(experiment.groupSize));
  runOptions(calibrationOptions(textOptions(command)))
    .addOption(
      new Option("--paper", "the paper's models, from the hub, after a word on what they cost").conflicts("model"),
    )
    .addHelpText("after", `\n${experiment.about}`)
    .action(async (flags: ExperimentFlags) => {
      const { runExperiment } = await import("../experiment/run-experiment.ts");
      await runExperiment(session, experiment, flags);
    });
}
