import { join } from "node:path";
import { embeddedModels } from "@sinqbench/embedded";
import { type Experiment, writeExperiment } from "@sinqbench/report";
import type { ExperimentFlags } from "../commands/experiment.ts";
import { openDevice } from "../device-in-use.ts";
import { openKernels } from "../kernels-in-use.ts";
import { sameModelName } from "../messages.ts";
import { inspectModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { printPlan } from "../plan/print-plan.ts";
import { publishedBeside } from "../published-beside.ts";
import { RESULTS } from "../results-folder.ts";
import { resultRows } from "../rows.ts";
import type { Session } from "../session.ts";
import { printTable } from "../terminal/print-table.ts";
import { BASELINE, chooseVariants } from "../variants.ts";
import { parseDatasets } from "./experiment-inputs.ts";
import { runOnModel } from "./run-on-model.ts";
import { sidecar } from "./sidecar.ts";

const CAME_ALONG =
  embeddedModels.length === 1
    ? "This was the embedded model, a small one"
    : `These were the embedded models ${embeddedModels.map(({ name }) => name).join(", ")}, small ones`;

/** Runs an experiment of the record on every model asked for; a model's files are written when it is done. */
export async function runExperiment(session: Session, record: Experiment, flags: ExperimentFlags): Promise<void> {
  const { bits, groupSize, threads } = flags;
  const methods = flags.methods.filter((id) => id !== BASELINE);
  const experiment: Experiment = { ...record, methods, bits, groupSize };
  const variants = chooseVariants({ ...experiment, methods: [BASELINE, ...methods] }, (line) => session.note(line));
  parseDatasets(flags.dataset);
  const words = flags.paper ? record.paperModels : modelsAsked(flags.model);
  await openDevice(session, flags.device);
  const kernels = openKernels(session, threads);
  if (flags.paper) await printPlan(session, record, flags, kernels);
  await checkModels(session, words, flags.revision);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const written: string[] = [];
  for (const word of words) {
    const watched = { dir: join(out, record.id), experiment: record.id };
    const chosen = { ...flags, protocols: record.protocols ?? [], watched };
    const run = await runOnModel(session, word, variants, chosen, kernels);
    const { model, inputs, calibration, results, started } = run;
    const rows = resultRows(model.name, results, inputs, calibration);
    // Every text of the paper brings the published memory along.
    const published = [
      ...new Set(inputs.flatMap((input) => publishedBeside(model, input, experiment, record.paperTable))),
    ];
    const about = sidecar(run, { started, finished: new Date() });
    const files = await writeExperiment(join(out, record.id), model.name, experiment, rows, published, about);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    printTable(session, experiment, rows, published);
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
  if (flags.model === undefined && !flags.paper) {
    session.print(
      `${CAME_ALONG} trained for this project; for the paper's see exp ${record.id} --paper, ` +
        `and for one of your own or of the hub exp ${record.id} --model DIR or org/name.`,
    );
  }
}

/** Looks at all before any is computed or downloaded: a mistyped second model should not cost the first one's time. */
async function checkModels(session: Session, words: readonly string[], revision: string | undefined): Promise<void> {
  const names = new Set<string>();
  for (const word of words) {
    const { model } = await inspectModelFolder(session, word, revision);
    if (names.has(model.name)) throw sameModelName(model.name);
    names.add(model.name);
  }
}
