import { mkdir } from "node:fs/promises";
import type { EvaluationInput } from "@sinqbench/datasets";
import { perplexity, type Variant } from "@sinqbench/evaluate";
import { type CellStatus, type RunStatus, removeRunStatus, writeRunStatus } from "@sinqbench/report";
import type { EvaluationState } from "../evaluate-model.ts";
import { scoredLosses } from "../rows.ts";

/** As often as a page that watches looks. */
const EVERY_MS = 1000;
const BASELINE_BITS = 16;

/** What a run is called where it is watched. */
export interface WatchedRun {
  /** Folder of the experiment's results. */
  readonly dir: string;
  readonly experiment: string;
  /** False where losses are of answers, not of text: cells then show none. */
  readonly perplexities?: boolean;
}

/**
 * Shows a run to `exp report --serve`: a small file beside the results, there while the run works. That it cannot be written
 * must not end a run that may go on for hours; the results' own files say what is wrong with the folder.
 */
export class StatusFile {
  private readonly started = new Date();
  private next = 0;
  private first: { readonly done: number; readonly at: number } | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly run: WatchedRun,
    private readonly model: string,
    private readonly variants: readonly Variant[],
    private readonly inputs: readonly EvaluationInput[],
  ) {}

  /** At most one write a second, and never two at once. */
  update(state: EvaluationState): void {
    const now = Date.now();
    this.first ??= { done: state.done, at: now };
    if (now < this.next) return;
    this.next = now + EVERY_MS;
    const status = this.status(state, now);
    this.last = this.last
      .then(() => mkdir(this.run.dir, { recursive: true }))
      .then(() => writeRunStatus(this.run.dir, status))
      .catch(() => {});
  }

  /** Removes the file, after the last write to it. */
  async end(): Promise<void> {
    await this.last;
    await removeRunStatus(this.run.dir, this.model).catch(() => {});
  }

  private status({ found, done, total, note }: EvaluationState, now: number): RunStatus {
    const { first } = this;
    const rate = first && done > first.done ? (done - first.done) / (now - first.at) : 0;
    return {
      format: 1,
      experiment: this.run.experiment,
      model: this.model,
      pid: process.pid,
      started: this.started.toISOString(),
      updated: new Date(now).toISOString(),
      done: total > 0 ? done / total : 0,
      step: note ?? "beginning",
      seconds_left: rate > 0 ? Math.round((total - done) / rate / 1000) : null,
      cells: this.variants.flatMap((variant, v) =>
        this.inputs.map((input, s): CellStatus => {
          const cell = found[v][s];
          const settings = settingsWhereRepeated(variant, this.variants);
          return {
            method: methodId(variant),
            bits: variant.config?.bits ?? BASELINE_BITS,
            ...(settings !== "" && { settings }),
            dataset: input.name,
            // All cells that are missing go through the model together.
            state: cell ? "done" : "running",
            perplexity: cell && this.run.perplexities !== false ? perplexityOf(input, cell.nll) : null,
          };
        }),
      ),
    };
  }
}

function perplexityOf(input: EvaluationInput, nll: Float32Array): number {
  const { losses, predictions } = scoredLosses(input, nll);
  return perplexity(losses, predictions).perplexity;
}

function methodId({ quantizer, id }: Variant): string {
  return quantizer?.info.id ?? id;
}

/** "g64 1d f16 iterations=4" where a method appears twice at the same bits. */
function settingsWhereRepeated(variant: Variant, all: readonly Variant[]): string {
  const { config, options } = variant;
  const same = all.filter((one) => methodId(one) === methodId(variant) && one.config?.bits === config?.bits);
  if (same.length < 2 || !config) return "";
  return [`g${config.groupSize}`, config.tiling, config.aux, options].filter(Boolean).join(" ");
}
