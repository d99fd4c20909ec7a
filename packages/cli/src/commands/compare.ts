import type { Command } from "commander";
import type { Session } from "../session.ts";

/** `exp compare A.csv B.csv`: what changed between two runs. */
export function compareCommand(program: Command, session: Session): void {
  program
    .command("compare")
    .description("differences of two results files, B - A, row by row")
    .argument("<a>", "results CSV of this version")
    .argument("<b>", "results CSV of this version")
    .addHelpText(
      "after",
      "\nRows are the same cell where model, method, bits, settings, calibration, text and tokens agree. Where the store of\n" +
        "results still has the losses of both (the .run.json beside a CSV says which they are), the difference is paired and has a\n" +
        "standard error; elsewhere it is the plain difference of the mean losses.",
    )
    .action(async (a: string, b: string) => {
      const { compareFiles } = await import("../compare/compare-files.ts");
      await compareFiles(session, a, b);
    });
}
