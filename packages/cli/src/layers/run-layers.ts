import { join } from "node:path";
import type { Variant } from "@sinqbench/evaluate";
import { evaluate } from "@sinqbench/evaluate";
import type { QuantizeConfig, Quantizer } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import { type LayerRow, writeLayers } from "@sinqbench/report";
import { calibrationInput } from "../calibration-input.ts";
import type { LayersFlags } from "../commands/layers.ts";
import { layerType } from "../imbalance/layer-imbalance.ts";
import { openKernels } from "../kernels-in-use.ts";
import { openModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { createProgress, type ProgressBar } from "../terminal/progress.ts";
import { measure } from "../terminal/quantity.ts";
import { LAYER_NEEDS, type LayerMeasures, measureLayer } from "./measure-layer.ts";

/** `exp layers`: measures every linear layer on calibration inputs as the evaluator collects them. */
export async function runLayers(session: Session, flags: LayersFlags): Promise<void> {
  const kernels = openKernels(session, flags.threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const written: string[] = [];
  for (const word of modelsAsked(flags.model)) {
    const model = await openModelFolder(session, word, flags.revision);
    const rows: LayerRow[] = [];
    const config: QuantizeConfig = { bits: flags.bits, groupSize: flags.groupSize, tiling: "1d", aux: "f16" };
    const seen = new Map<string, number>();
    const quantizer = measuring((name, measures) => {
      // A block's layers come in the same order in every block.
      const layer = seen.get(name) ?? 0;
      seen.set(name, layer + 1);
      rows.push({ model: model.name, layer, type: layerType(name), tensor: name, ...measures });
    });
    const variant: Variant = { id: "layers", quantizer, config };
    const calibration = (await calibrationInput(session, model, [variant], flags))!;
    session.note(
      `${model.name}: ${calibration.windows.count} windows of ${calibration.name} (${calibration.protocol})`,
    );
    let bar: ProgressBar | undefined;
    try {
      await evaluate({
        modelDir: model.dir,
        variants: [variant],
        sets: [],
        calibration: calibration.windows,
        kernels,
        threads: flags.threads,
        signal: session.io.signal,
        onProgress: ({ done, total, note }) => {
          bar ??= createProgress(session.io, {
            label: model.name,
            total,
            rate: (perSecond) => measure(perSecond, "FLOP/s"),
          });
          bar.update(done, note);
        },
      });
    } finally {
      bar?.end();
    }
    const files = await writeLayers(join(out, "layers"), rows);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    session.print(`${model.name}: ${rows.length} layers`);
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}

/** Stands in for a quantizer where the evaluator has a layer's weight and its inputs together; its encodings are RTN's. */
function measuring(take: (name: string, measures: LayerMeasures) => void): Quantizer {
  const rtn = quantizerById("rtn");
  return {
    ...rtn,
    needs: LAYER_NEEDS,
    quantize(weight, config, context) {
      take(context.name ?? "", measureLayer(weight, config, context));
      return rtn.quantize(weight, config, context);
    },
  };
}
