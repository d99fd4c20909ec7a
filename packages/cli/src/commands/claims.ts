import type { Command } from "commander";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { calibrationOptions, modelOptions, runOptions, textOptions } from "../options/command-options.ts";
import type { Session } from "../session.ts";

export interface ClaimsFlags extends RunFlags {
  model?: string[];
  out?: string;
}

/** `exp claims`: which of the paper's claims hold on a model. */
export function claimsCommand(program: Command, session: Session): void {
  const command = program
    .command("claims")
    .description("which of the paper's claims hold on a model, by paired differences with their standard errors");
  runOptions(calibrationOptions(textOptions(modelOptions(command))))
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
