import type { Command } from "commander";
import type { RunFlags } from "../experiment/run-on-model.ts";
import { calibrationOptions, modelOptions, runOptions, textOptions } from "../options/command-options.ts";
import type { Session } from "../session.ts";

export interface AllFlags extends RunFlags {
  model?: string[];
  out?: string;
}

/** `exp all`: the whole record. */
export function allCommand(program: Command, session: Session): void {
  const command = program
    .command("all")
    .description("every experiment of the record, the imbalance and the claims, one after the other");
  runOptions(calibrationOptions(textOptions(modelOptions(command))))
    .addHelpText(
      "after",
      "\nCells that two experiments share are computed once; an interrupted run goes on where it stopped when started again.",
    )
    .action(async (flags: AllFlags) => {
      const { runAll } = await import("../all/run-all.ts");
      await runAll(session, flags);
    });
}
