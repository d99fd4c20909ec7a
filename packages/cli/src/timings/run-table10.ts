import { join } from "node:path";
import { modelTensors } from "@sinqbench/models";
import {
  type PublishedRow,
  publishedRows,
  type QuantizationTimeExperiment,
  writeQuantizationTimes,
} from "@sinqbench/report";
import { calibrationInput } from "../calibration-input.ts";
import type { Table10Flags } from "../commands/timings.ts";
import { sayHalvedGroups } from "../halved-groups.ts";
import { openKernels } from "../kernels-in-use.ts";
import { type ModelFolder, openModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { processorName } from "../processor-name.ts";
import { isPaperSettings, paperIdOf } from "../published-beside.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { chooseVariants } from "../variants.ts";
import { quantizationTimeRows, type TimedVariant } from "./quantization-time-rows.ts";
import { timeMethod } from "./time-method.ts";

/** `exp table10`: how long every method takes; a model's files are written when it is done. */
export async function runTable10(
  session: Session,
  record: QuantizationTimeExperiment,
  flags: Table10Flags,
): Promise<void> {
  const { bits, groupSize, methods, threads, repeats } = flags;
  const experiment = { ...record, bits, groupSize, methods };
  const variants = chooseVariants(experiment, (line) => session.note(line)).filter(({ quantizer }) => quantizer);
  const kernels = openKernels(session, threads);
  const machine = { processor: processorName(), threads, kernels: kernels.description };
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const written: string[] = [];
  for (const word of flags.paper ? record.paperModels : modelsAsked(flags.model)) {
    const model = await openModelFolder(session, word, flags.revision);
    const linear = modelTensors(model.config).filter(({ kind }) => kind === "linear");
    sayHalvedGroups(session, model.dir, linear, groupSize);
    const calibration = await calibrationInput(session, model, variants, flags);
    const timed: TimedVariant[] = [];
    for (const variant of variants) {
      await session.breathe();
      const request = { model, variant, calibration, kernels, threads, repeats };
      timed.push({ variant, time: await timeMethod(session, request) });
    }
    const rows = quantizationTimeRows(model.name, timed, calibration, machine);
    const published = publishedTimes(model, experiment);
    const files = await writeQuantizationTimes(join(out, record.id), experiment, rows, published);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    for (const row of rows) {
      const times = row.times_rtn_calibrated === null ? "" : `, ${row.times_rtn_calibrated.toFixed(2)} times rtn`;
      const all = row.seconds + row.calibration_seconds + row.statistics_seconds;
      session.print(`${model.name} ${row.method} ${row.bits} bits: ${all.toPrecision(3)} s${times}`);
    }
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}

/** Averages over the paper's models always; seconds of one only beside the model itself, stored as the paper stores it. */
function publishedTimes(
  model: ModelFolder,
  experiment: Pick<QuantizationTimeExperiment, "paperTable" | "groupSize" | "tiling" | "aux">,
): PublishedRow[] {
  const id = isPaperSettings(experiment) ? paperIdOf(model) : undefined;
  return publishedRows({ table: experiment.paperTable }).filter((row) => row.model === "all" || row.model === id);
}
