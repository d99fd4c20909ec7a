import { freemem } from "node:os";
import { join } from "node:path";
import { planEvaluation } from "@sinqbench/evaluate";
import { freeBytes } from "@sinqbench/hub";
import type { Kernels } from "@sinqbench/kernels";
import type { Experiment } from "@sinqbench/report";
import { cacheRoot } from "@sinqbench/tensor";
import type { PlanFlags } from "../commands/plan.ts";
import { modelsAsked } from "../model-words.ts";
import type { Session } from "../session.ts";
import { BASELINE, chooseVariants } from "../variants.ts";
import { findModel } from "./find-model.ts";
import { machineRates } from "./machine-rates.ts";
import { planLines } from "./plan-lines.ts";
import { plannedWindows } from "./planned-windows.ts";

/** `exp plan`: what an experiment takes on this machine, model by model, before anything of it runs. */
export async function printPlan(
  session: Session,
  record: Experiment,
  flags: PlanFlags,
  kernels: Kernels,
): Promise<void> {
  const { bits, groupSize, threads } = flags;
  const methods = [BASELINE, ...flags.methods.filter((id) => id !== BASELINE)];
  const variants = chooseVariants({ ...record, methods, bits, groupSize }, (line) => session.note(line));
  const words = flags.paper ? record.paperModels : modelsAsked(flags.model);
  const rates = await machineRates(variants, kernels, threads);
  const folder = join(cacheRoot(session.io.env), "work");
  session.print(`${record.title}: what it takes here`);
  for (const word of words) {
    session.io.signal.throwIfAborted();
    const model = await findModel(session, word, flags.revision);
    const windows = await plannedWindows(session, model, variants, flags);
    const freeMemory = freemem();
    const lines = planLines({
      model,
      windows,
      variants: variants.length,
      calibrated: variants.some(({ quantizer }) => quantizer?.needs),
      plan: planEvaluation({ config: model.config, variants, ...windows, freeMemory }),
      rates,
      threads,
      freeMemory,
      work: { folder, free: await freeBytes(folder) },
    });
    session.print("");
    for (const line of lines) session.print(line);
  }
}
