import { evaluate } from "@sinqbench/evaluate";
import { type Cell, canonicalJson, claimWorkFolder, type WorkFolder } from "@sinqbench/store";
import { cacheRoot, sha256Hex } from "@sinqbench/tensor";
import type { Evaluation } from "../evaluate-model.ts";
import type { Session } from "../session.ts";
import { EvaluationProgress } from "../terminal/evaluation-progress.ts";
import type { FoundCells, ModelCells } from "./model-cells.ts";

/**
 * Computes the cells that are missing, all in one pass over the checkpoint, and stores them. An interrupted run leaves a work
 * folder of those cells, and the next run that misses the same ones continues there. A second run at the same time waits for
 * the first, and then finds its cells in the store.
 */
export async function computeCells(
  session: Session,
  evaluation: Evaluation,
  cells: ModelCells,
  found: FoundCells,
): Promise<FoundCells> {
  if (evaluation.fresh) return computeMissing(session, evaluation, cells, found);
  const { env, signal } = session.io;
  for (let known = found; ; ) {
    const key = sha256Hex(canonicalJson(missingKeys(cells, known)));
    const work = await claimWorkFolder(cacheRoot(env), key, { note: (line) => session.note(line), signal });
    let kept = true;
    try {
      const now = work.waited ? await cells.read() : known;
      if (missingKeys(cells, now).length === missingKeys(cells, known).length) {
        const all = await computeMissing(session, evaluation, cells, now, work);
        kept = false;
        return all;
      }
      // What another run has finished meanwhile makes this one another run.
      kept = false;
      known = now;
      if (missingKeys(cells, now).length === 0) return now;
    } finally {
      // Nothing to continue with is nothing to keep.
      await (kept && session.continues !== undefined ? work.release() : work.remove());
    }
  }
}

function missingKeys(cells: ModelCells, found: FoundCells): string[] {
  return cells.keys().flatMap((row, v) => row.filter((_, s) => found[v][s] === null));
}

async function computeMissing(
  session: Session,
  { model, variants, inputs, calibration, kernels, threads, device, onState }: Evaluation,
  cells: ModelCells,
  found: FoundCells,
  work?: WorkFolder,
): Promise<FoundCells> {
  const wanted = Array.from(variants.keys()).filter((v) => found[v].includes(null));
  const texts = Array.from(inputs.keys()).filter((s) => found.some((row) => row[s] === null));
  const chosen = wanted.map((v) => variants[v]);
  const bar = new EvaluationProgress(session.io, model.name);
  onState?.({ found, done: 0, total: 0 });
  try {
    const results = await evaluate({
      modelDir: model.dir,
      variants: chosen,
      sets: texts.map((s) => inputs[s].windows),
      takes: (v, s) => found[wanted[v]][texts[s]] === null,
      ...(calibration && chosen.some(({ quantizer }) => quantizer?.needs) && { calibration: calibration.windows }),
      ...(work && { work: work.path }),
      kernels,
      threads,
      device,
      signal: session.io.signal,
      onKept: ({ block, blocks, found }) => {
        const place = block > blocks ? "after the last block" : `at block ${block} of ${blocks}`;
        if (found) session.note(`${model.name}: continues an interrupted run ${place}`);
        session.continues = `run the same command again: it continues ${place}`;
      },
      onProgress: ({ done, total, note }) => {
        bar.update({ done, total, note });
        onState?.({ found, done, total, note });
      },
    });
    const all: (Cell | null)[][] = found.map((row) => [...row]);
    for (const [i, v] of wanted.entries()) {
      for (const [j, s] of texts.entries()) {
        if (found[v][s] === null) all[v][s] = await cells.write(v, s, results[i], j);
      }
    }
    session.continues = undefined;
    return all;
  } finally {
    bar.end();
  }
}
