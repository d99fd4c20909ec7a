import { experiments } from "@sinqbench/experiments";
import type { Experiment } from "@sinqbench/report";
import { type Command, Option } from "commander";
import { DEFAULT_CALIBRATION } from "../calibration-input.ts";
import { unknownExperiment } from "../messages.ts";
import { bitList, collect, methodList, wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, revisionOption } from "../options/revision.ts";
import {
  calibrationOption,
  calibrationWindowsOption,
  datasetOption,
  groupSizeOption,
  threadsOption,
} from "../options/shared.ts";
import type { Session } from "../session.ts";
import type { ExperimentFlags } from "./experiment.ts";

export type PlanFlags = Omit<ExperimentFlags, "out" | "device" | "fresh">;

/** `exp plan EXPERIMENT`: what it takes on this machine, before anything of it runs. */
export function planCommand(program: Command, session: Session): void {
  program
    .command("plan")
    .description("what an experiment takes here before it runs: bytes, memory, disk, arithmetic, hours")
    .argument("<experiment>", "table1 and so on; see exp list")
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: embedded)`, collect)
    .addOption(revisionOption())
    .addOption(new Option("--paper", "the paper's models of that table").conflicts("model"))
    .addOption(new Option("--methods <ids>", "as the experiment takes them (default: its own)").argParser(methodList))
    .addOption(new Option("--bits <list>", "bits of a code (default: the experiment's)").argParser(bitList))
    .addOption(groupSizeOption())
    .addOption(datasetOption("may be repeated").argParser(collect))
    .option("--windows <n>", "score only the first n windows of each text", wholeNumber(1))
    .addOption(calibrationOption(DEFAULT_CALIBRATION))
    .addOption(calibrationWindowsOption())
    .addOption(threadsOption())
    .action(async (id: string, flags: PlanFlags) => {
      const record = Object.values<Experiment>(experiments).find((experiment) => experiment.id === id);
      if (!record) throw unknownExperiment(id, Object.keys(experiments));
      const { printPlan } = await import("../plan/print-plan.ts");
      const { openKernels } = await import("../kernels-in-use.ts");
      const { methods = [...record.methods], bits = [...record.bits], threads } = flags;
      await printPlan(session, record, { ...flags, methods, bits }, openKernels(session, threads));
    });
}
