import { join } from "node:path";
import { openWeights } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { blockTensors } from "@sinqbench/models";
import { type ImbalanceRow, writeImbalance } from "@sinqbench/report";
import type { ImbalanceFlags } from "../commands/imbalance.ts";
import { sayHalvedGroups } from "../halved-groups.ts";
import { openKernels } from "../kernels-in-use.ts";
import { inspectModelFolder, type ModelFolder, openModelFolder } from "../model-folder.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { createProgress } from "../terminal/progress.ts";
import { quantity } from "../terminal/quantity.ts";
import { groupExperts } from "./group-experts.ts";
import { layerImbalance } from "./layer-imbalance.ts";

/** Measures every linear layer of the models asked for, a matrix at a time; a model's files are written when it is done. */
export async function runImbalance(session: Session, flags: ImbalanceFlags): Promise<void> {
  const words = modelsAsked(flags.model);
  // A mistyped second model should cost neither the first one's time nor its download.
  for (const word of words) await inspectModelFolder(session, word, flags.revision);
  const kernels = openKernels(session, flags.threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const written: string[] = [];
  for (const word of words) {
    const model = await openModelFolder(session, word, flags.revision);
    const rows = await measure(session, model, flags, kernels);
    const files = await writeImbalance(join(out, "imbalance"), rows);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    session.print(`${model.name}: ${new Set(rows.map(({ tensor }) => tensor)).size} matrices`);
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}

async function measure(
  session: Session,
  { name, dir, config }: ModelFolder,
  flags: ImbalanceFlags,
  kernels: Kernels,
): Promise<ImbalanceRow[]> {
  const blocks = Array.from({ length: config.layers }, (_, layer) =>
    blockTensors(config, layer)
      .filter(({ kind }) => kind === "linear")
      .map((tensor) => ({ ...tensor, layer })),
  );
  const tensors = blocks.flat();
  sayHalvedGroups(session, dir, tensors, flags.groupSize);
  const weights = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const progress = createProgress(session.io, {
    label: name,
    total: tensors.reduce((sum, { shape }) => sum + weights(shape), 0),
    rate: (perSecond) => `${quantity(perSecond)} weights/s`,
  });
  const source = await openWeights(dir, config, kernels);
  try {
    const rows: ImbalanceRow[] = [];
    let done = 0;
    const measured = async (tensor: (typeof tensors)[number]) => {
      const own: Omit<ImbalanceRow, "model">[] = [];
      for await (const row of layerImbalance(session, source, tensor, flags, kernels)) own.push(row);
      done += weights(tensor.shape);
      progress.update(done, tensor.name);
      return own;
    };
    for (const block of blocks) {
      const experts = new Map<string, Omit<ImbalanceRow, "model">[][]>();
      for (const tensor of block) {
        const own = await measured(tensor);
        if (tensor.expert === undefined) rows.push(...own.map((row) => ({ model: name, ...row })));
        else experts.set(tensor.input, [...(experts.get(tensor.input) ?? []), own]);
      }
      for (const each of experts.values()) rows.push(...groupExperts(each).map((row) => ({ model: name, ...row })));
    }
    return rows;
  } finally {
    progress.end();
    await source.close();
  }
}
