import type { Command } from "commander";
import { wholeNumber } from "../options/parse.ts";
import type { Session } from "../session.ts";

export interface ReportFlags {
  results?: string;
  out?: string;
  serve?: true;
  port?: number;
}

/** `exp report`: everything below a folder of results as one page to be read, printed or sent. */
export function reportCommand(program: Command, session: Session): void {
  program
    .command("report")
    .description(
      "one self-contained HTML page over all results, beside the paper's; --serve follows a running experiment",
    )
    .option("--results <dir>", "folder of results (default: results)")
    .option("--out <file>", "the page (default: report.html in the folder of results)")
    .option("--serve", "serve the page on this machine alone instead of writing it, and refresh it when results change")
    .option("--port <n>", "port of --serve (default: any free one)", wholeNumber(0))
    .addHelpText(
      "after",
      "\nThe page needs no network and no server: send it as it is. Hover or arrow keys show a cell with its error and where it\n" +
        "comes from, a click on a method follows it through charts and tables.",
    )
    .action(async (flags: ReportFlags) => {
      const { runReport } = await import("../report/run-report.ts");
      await runReport(session, flags);
    });
}
