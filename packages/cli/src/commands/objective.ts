import type { Command } from "commander";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { calibrationOptions, modelOptions, runOptions, textOptions } from "../options/command-options.ts";
import type { Session } from "../session.ts";

export interface ObjectiveFlags extends RunFlags {
  model?: string[];
  out?: string;
}

/** `exp objective`: what a normalization should make small. */
export function objectiveCommand(program: Command, session: Session): void {
  const command = program
    .command("objective")
    .description("imbalance, and kurtosis as its rival, against weight error, output error and perplexity");
  runOptions(calibrationOptions(textOptions(modelOptions(command))))
    .addHelpText(
      "after",
      "\nA measure of single layers that goes with the loss over a dozen settings of one model may not do so on another: the rank\n" +
        "correlations are of this model and these texts alone.",
    )
    .action(async (flags: ObjectiveFlags) => {
      const { runObjective } = await import("../objective/run-objective.ts");
      await runObjective(session, flags);
    });
}
