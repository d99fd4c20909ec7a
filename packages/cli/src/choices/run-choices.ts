import { join } from "node:path";
import { type ChoiceExperiment, writeChoices } from "@sinqbench/report";
import { calibrationInput } from "../calibration-input.ts";
import type { ChoicesFlags } from "../commands/choices.ts";
import { openDevice } from "../device-in-use.ts";
import { evaluateWatched } from "../experiment/evaluate-watched.ts";
import { sidecar } from "../experiment/sidecar.ts";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { BASELINE, chooseVariants } from "../variants.ts";
import { type TaskInputs, taskInputs } from "./choice-inputs.ts";
import { choiceRows } from "./choice-rows.ts";
import { publishedChoices } from "./published-choices.ts";
import { OWN_TASKS, PAPER_TASKS, parseTasks } from "./task-word.ts";

/** Runs an experiment on multiple-choice tasks on every model asked for; a model's files are written when it is done. */
export async function runChoices(session: Session, record: ChoiceExperiment, flags: ChoicesFlags): Promise<void> {
  const { bits, groupSize, threads, device, fresh } = flags;
  const methods = flags.methods.filter((id) => id !== BASELINE);
  const experiment: ChoiceExperiment = { ...record, methods, bits, groupSize };
  const variants = chooseVariants({ ...experiment, methods: [BASELINE, ...methods] }, (line) => session.note(line));
  const named = flags.task && parseTasks(flags.task);
  await openDevice(session, device);
  const kernels = openKernels(session, threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const dir = join(out, record.id);
  const watched = { dir, experiment: record.id, perplexities: false };
  const written: string[] = [];
  for (const word of flags.paper ? record.paperModels : modelsAsked(flags.model)) {
    const model = await openModelFolder(session, word, flags.revision);
    const started = new Date();
    const tasks: TaskInputs[] = [];
    for (const task of named ?? parseTasks(model.hub ? PAPER_TASKS : OWN_TASKS)) {
      tasks.push(await taskInputs(session, model, task, flags.items));
    }
    const inputs = tasks.flatMap((task) => task.inputs);
    const calibration = await calibrationInput(session, model, variants, flags);
    const evaluation = { model, variants, inputs, calibration, kernels, threads, device, fresh };
    const { results, cells } = await evaluateWatched(session, evaluation, watched);
    const rows = choiceRows(model.name, results, tasks, calibration);
    const published = publishedChoices(model, experiment, rows);
    const about = sidecar({ ...evaluation, cells }, { started, finished: new Date() });
    const files = await writeChoices(dir, experiment, rows, published, about);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    for (const row of rows) {
      const share = (value: number, se: number | null) =>
        `${value.toFixed(2)}${se === null ? "" : ` +- ${se.toFixed(2)}`} %`;
      const name = row.method === BASELINE ? row.method : `${row.method} ${row.bits} bits`;
      session.print(
        `${row.task}, ${row.items} items, ${name}: flip rate ${share(row.flip_rate, row.flip_rate_se)}, accuracy ${share(row.accuracy, row.accuracy_se)}`,
      );
    }
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}
