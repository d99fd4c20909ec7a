import { choiceExperiments } from "@sinqbench/experiments";
import type { ChoiceExperiment } from "@sinqbench/report";
import { type Command, Option } from "commander";
import { calibrationOptions, modelOptions, runOptions } from "../options/command-options.ts";
import { collect, wholeNumber } from "../options/parse.ts";
import { bitsOption, groupSizeOption, methodsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";
import type { ExperimentFlags } from "./experiment.ts";

export interface ChoicesFlags extends Omit<ExperimentFlags, "dataset" | "windows"> {
  task?: string[];
  items?: number;
}

/** One command per multiple-choice experiment in the record. */
export function choiceCommands(program: Command, session: Session): void {
  for (const experiment of Object.values<ChoiceExperiment>(choiceExperiments))
    choiceCommand(program, session, experiment);
}

function choiceCommand(program: Command, session: Session, experiment: ChoiceExperiment): void {
  const command = modelOptions(program.command(experiment.id).description(experiment.title))
    .addOption(methodsOption("method ids with commas between them; bf16 always comes first", experiment.methods))
    .addOption(bitsOption(experiment.bits))
    .addOption(groupSizeOption().default(experiment.groupSize))
    .addOption(
      new Option(
        "--task <name[=file]>",
        "hellaswag, piqa, mmlu or everyday, from the hub or a local file; may be repeated (default: everyday; the first three for a model of the hub)",
      ).argParser(collect),
    )
    .option("--items <n>", "ask only the first n items of each task", wholeNumber(1));
  runOptions(calibrationOptions(command))
    .addOption(new Option("--paper", "the paper's models, from the hub").conflicts("model"))
    .addHelpText("after", `\n${experiment.about}`)
    .action(async (flags: ChoicesFlags) => {
      const { runChoices } = await import("../choices/run-choices.ts");
      await runChoices(session, experiment, flags);
    });
}
