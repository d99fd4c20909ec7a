import { type Experiment, resultsJson } from "@sinqbench/report";
import { writeFileAtomic } from "@sinqbench/tensor";
import { calibrationInput } from "../calibration-input.ts";
import type { EvalFlags } from "../commands/eval.ts";
import { openDevice } from "../device-in-use.ts";
import { evaluateModel } from "../evaluate-model.ts";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { publishedBeside } from "../published-beside.ts";
import { resultRows } from "../rows.ts";
import type { Session } from "../session.ts";
import { printTable } from "../terminal/print-table.ts";
import { chooseVariants } from "../variants.ts";
import { checkInputFlags, evalInput } from "./eval-input.ts";
import { writeLosses } from "./write-losses.ts";

/** `exp eval`: one model, one text, any variants. Files are written whole, after all is computed. */
export async function evalModel(session: Session, word: string, flags: EvalFlags): Promise<void> {
  checkInputFlags(flags);
  const variants = chooseVariants(flags, (line) => session.note(line));
  await openDevice(session, flags.device);
  const model = await openModelFolder(session, word, flags.revision);
  const input = await evalInput(session, model, flags);
  const calibration = await calibrationInput(session, model, variants, flags);
  const kernels = openKernels(session, flags.threads);
  const { results } = await evaluateModel(session, {
    model,
    variants,
    inputs: [input],
    calibration,
    kernels,
    threads: flags.threads,
    device: flags.device,
    fresh: flags.fresh,
  });
  const rows = resultRows(model.name, results, [input], calibration);
  const written: string[] = [];
  if (flags.json) {
    const path = session.path(flags.json);
    await writeFileAtomic(path, `${JSON.stringify(resultsJson(rows), null, 2)}\n`);
    written.push(path);
  }
  if (flags.nll) written.push(...(await writeLosses(session.path(flags.nll), input.windows, results)));
  const published = publishedBeside(model, input, flags);
  printTable(session, asTable(flags, model.name), rows, published);
  for (const path of written) session.note(`wrote ${session.shown(path)}`);
}

/** A table of one model and one text, laid out like the record's. */
function asTable({ methods, bits, groupSize, tiling, aux }: EvalFlags, model: string): Experiment {
  const title = `${model}, group size ${groupSize}, ${tiling} tiling, ${aux} scales`;
  return { id: "eval", title, about: "", methods, bits, groupSize, tiling, aux, paperModels: [] };
}
