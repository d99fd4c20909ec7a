import { Command } from "commander";
import { allCommand } from "./commands/all.ts";
import { benchCommand } from "./commands/bench.ts";
import { cellsCommand } from "./commands/cells.ts";
import { choiceCommands } from "./commands/choices.ts";
import { claimsCommand } from "./commands/claims.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evalCommand } from "./commands/eval.ts";
import { experimentCommands } from "./commands/experiment.ts";
import { generateCommand } from "./commands/generate.ts";
import { imbalanceCommand } from "./commands/imbalance.ts";
import { layersCommand } from "./commands/layers.ts";
import { listCommand } from "./commands/list.ts";
import { newCommand } from "./commands/new.ts";
import { objectiveCommand } from "./commands/objective.ts";
import { planCommand } from "./commands/plan.ts";
import { quantizeCommand } from "./commands/quantize.ts";
import { reportCommand } from "./commands/report.ts";
import { synthCommand } from "./commands/synth.ts";
import { timingCommands } from "./commands/timings.ts";
import { kernelsOption } from "./options/shared.ts";
import type { Session } from "./session.ts";

/** The command `exp`: one sub-command per experiment in the record, and the tools around them. */
export function createProgram(session: Session): Command {
  const { stdout, stderr } = session.io;
  const program = new Command("exp")
    .description("Regenerates the tables of the SINQ paper, and puts any weight quantizer on the same footing.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      // commander puts its suggestion on a second line.
      outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}\n`),
    })
    .addOption(kernelsOption())
    .hook("preAction", (_, command) => {
      session.kernels = command.optsWithGlobals().kernels;
    })
    .addHelpText("after", "\nWithout a model or a download: exp table1\nOptions of a command: exp help eval");
  listCommand(program, session);
  experimentCommands(program, session);
  choiceCommands(program, session);
  timingCommands(program, session);
  allCommand(program, session);
  planCommand(program, session);
  imbalanceCommand(program, session);
  layersCommand(program, session);
  objectiveCommand(program, session);
  claimsCommand(program, session);
  compareCommand(program, session);
  reportCommand(program, session);
  evalCommand(program, session);
  generateCommand(program, session);
  quantizeCommand(program, session);
  synthCommand(program, session);
  newCommand(program, session);
  cellsCommand(program, session);
  benchCommand(program, session);
  doctorCommand(program, session);
  return program;
}
