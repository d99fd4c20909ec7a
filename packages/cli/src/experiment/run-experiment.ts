import { fileURLToPath } from "node:url";
import { type Experiment, terminalTable, writeExperiment } from "@sinqbench/report";
import type { ExperimentFlags } from "../commands/experiment.ts";
import { evaluateModel } from "../evaluate-model.ts";
import { openKernels } from "../kernels-in-use.ts";
import { paperModelsAreNotHere, sameName } from "../messages.ts";
import { EMBEDDED, type ModelFolder, openModelFolder } from "../model-folder.ts";
import { paperCostLines } from "../paper-cost.ts";
import { publishedBeside } from "../published-beside.ts";
import { resultRows } from "../rows.ts";
import type { Session } from "../session.ts";
import { tableOptions } from "../terminal/table-options.ts";
import { BASELINE, chooseVariants } from "../variants.ts";
import { experimentInputs } from "./experiment-inputs.ts";

/** `results` at the root of the repository. */
const RESULTS = fileURLToPath(new URL("../../../../results", import.meta.url));

/** Runs an experiment of the record on every model asked for; each model's files are written when it is done. */
export async function runExperiment(session: Session, record: Experiment, flags: ExperimentFlags): Promise<void> {
  const { bits, groupSize, threads } = flags;
  const methods = [BASELINE, ...flags.methods.filter((id) => id !== BASELINE)];
  const experiment: Experiment = { ...record, methods: flags.methods.filter((id) => id !== BASELINE), bits, groupSize };
  const variants = chooseVariants({ methods, bits, groupSize, tiling: record.tiling, aux: record.aux });
  if (flags.paper) {
    for (const line of paperCostLines(record, variants.length)) session.print(line);
    throw paperModelsAreNotHere(record.paperModels, record.id);
  }
  const models = await openAll(session, flags.model ?? [EMBEDDED]);
  const kernels = openKernels(session, threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const kept: string[] = [];
  for (const model of models) {
    const inputs = await experimentInputs(model, flags.windows);
    session.io.signal.throwIfAborted();
    const results = await evaluateModel(session, { model, variants, inputs, kernels, threads });
    const rows = resultRows(model.name, results, inputs);
    const published = inputs.flatMap((input) => publishedBeside(model, input, record.paperTable));
  }
}
