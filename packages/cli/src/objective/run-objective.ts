import { join } from "node:path";
import { objective } from "@sinqbench/experiments";
import { type ObjectiveRow, writeObjective } from "@sinqbench/report";
import type { ObjectiveFlags } from "../commands/objective.ts";
import { openDevice } from "../device-in-use.ts";
import { runOnModel } from "../experiment/run-on-model.ts";
import { openKernels } from "../kernels-in-use.ts";
import { eachLayer, measuringVariant } from "../layers/each-layer.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import { resultRows } from "../rows.ts";
import type { Session } from "../session.ts";
import { BASELINE, chooseVariants } from "../variants.ts";
import { VariantMeasurement } from "./measure-variants.ts";

/** `exp objective`: imbalance and kurtosis of what is rounded, against the errors and the perplexity that follow. */
export async function runObjective(session: Session, flags: ObjectiveFlags): Promise<void> {
  const variants = chooseVariants({ ...objective, methods: [BASELINE, ...objective.methods] }, () => {});
  await openDevice(session, flags.device);
  const kernels = openKernels(session, flags.threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const dir = join(out, "objective");
  const watching = { ...flags, watched: { dir, experiment: "objective" } };
  const written: string[] = [];
  for (const word of modelsAsked(flags.model)) {
    const run = await runOnModel(session, word, variants, watching, kernels);
    const { model, results, inputs } = run;
    const calibration = run.calibration!;
    const measurement = new VariantMeasurement(variants);
    const measuring = measuringVariant(model.config, (met) => measurement.add(met));
    await eachLayer(session, model, measuring, calibration, { kernels, threads: flags.threads });
    const rows = resultRows(model.name, results, inputs, calibration).flatMap((row, i): ObjectiveRow[] => {
      // Rows come by variant, and for each by text.
      const { variant } = results[Math.floor(i / inputs.length)];
      if (variant.quantizer === null) return [];
      return [
        {
          model: row.model,
          method: row.method,
          bits: row.bits,
          group_size: row.group_size!,
          tiling: row.tiling!,
          aux: row.aux!,
          options: row.options,
          layers: measurement.layers,
          ...measurement.of(variant),
          dataset: row.dataset,
          protocol: row.protocol,
          windows: row.windows,
          perplexity: row.perplexity,
          delta_nll: row.delta_nll!,
          delta_nll_se: row.delta_nll_se,
        },
      ];
    });
    const files = await writeObjective(dir, objective, rows);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    session.print(`${model.name}: ${results.length - 1} settings, ${measurement.layers} layers`);
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}
