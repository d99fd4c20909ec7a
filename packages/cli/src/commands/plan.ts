import { experiments } from "@sinqbench/experiments";
import type { Experiment } from "@sinqbench/report";
import { type Command, Option } from "commander";
import { unknownExperiment } from "../messages.ts";
import { calibrationOptions, modelOptions, textOptions } from "../options/command-options.ts";
import { bitList, methodList } from "../options/parse.ts";
import { groupSizeOption, threadsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";
import type { ExperimentFlags } from "./experiment.ts";

export type PlanFlags = Omit<ExperimentFlags, "out" | "device" | "fresh">;

/** `exp plan EXPERIMENT`: what it takes on this machine, before anything of it runs. */
export function planCommand(program: Command, session: Session): void {
  const command = program
    .command("plan")
    .description("what an experiment takes here before it runs: bytes, memory, disk, arithmetic, hours")
    .argument("<experiment>", "table1 and so on; see exp list")
    .addOption(new Option("--paper", "the paper's models of that table").conflicts("model"))
    .addOption(new Option("--methods <ids>", "as the experiment takes them (default: its own)").argParser(methodList))
    .addOption(new Option("--bits <list>", "bits of a code (default: the experiment's)").argParser(bitList))
    .addOption(groupSizeOption().default(undefined, "the experiment's"));
  for (const add of [modelOptions, textOptions, calibrationOptions]) add(command);
  command.addOption(threadsOption()).action(async (id: string, flags: PlanFlags) => {
    const record = Object.values<Experiment>(experiments).find((experiment) => experiment.id === id);
    if (!record) throw unknownExperiment(id, Object.keys(experiments));
    const { printPlan } = await import("../plan/print-plan.ts");
    const { openKernels } = await import("../kernels-in-use.ts");
    const { methods = [...record.methods], bits = [...record.bits], groupSize = record.groupSize, threads } = flags;
    await printPlan(session, record, { ...flags, methods, bits, groupSize }, openKernels(session, threads));
  });
}
