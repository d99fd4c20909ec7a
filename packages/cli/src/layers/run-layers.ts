import { join } from "node:path";
import type { QuantizeConfig } from "@sinqbench/quantizer";
import { type LayerRow, writeLayers } from "@sinqbench/report";
import { calibrationInput } from "../calibration-input.ts";
import type { LayersFlags } from "../commands/layers.ts";
import { layerType } from "../imbalance/layer-imbalance.ts";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { eachLayer, measuringVariant } from "./each-layer.ts";
import { measureLayer } from "./measure-layer.ts";

/** `exp layers`: measures every linear layer on calibration inputs as the evaluator collects them. */
export async function runLayers(session: Session, flags: LayersFlags): Promise<void> {
  const kernels = openKernels(session, flags.threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const config: QuantizeConfig = { bits: flags.bits, groupSize: flags.groupSize, tiling: "1d", aux: "f16" };
  const written: string[] = [];
  for (const word of modelsAsked(flags.model)) {
    const model = await openModelFolder(session, word, flags.revision);
    const rows: LayerRow[] = [];
    const variant = measuringVariant(model.config, ({ layer, tensor, weight, context }) => {
      const measures = measureLayer(weight, config, context);
      rows.push({ model: model.name, layer, type: layerType(tensor), tensor, ...measures });
    });
    const calibration = (await calibrationInput(session, model, [variant], flags))!;
    await eachLayer(session, model, variant, calibration, { kernels, threads: flags.threads });
    const files = await writeLayers(join(out, "layers"), rows);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    session.print(`${model.name}: ${rows.length} layers`);
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}
