import type { Progress } from "@sinqbench/evaluate";
import type { Io } from "../io.ts";
import { createProgress, type ProgressBar } from "./progress.ts";
import { measure } from "./quantity.ts";

/** The bar of an evaluation, in floating-point operations: there from the first report on, which says how many it takes in all. */
export class EvaluationProgress {
  readonly #io: Pick<Io, "stderr" | "env">;
  readonly #label: string;
  #bar: ProgressBar | undefined;

  constructor(io: Pick<Io, "stderr" | "env">, label: string) {
    this.#io = io;
    this.#label = label;
  }

  update({ done, total, note }: Pick<Progress, "done" | "total" | "note">): void {
    this.#bar ??= createProgress(this.#io, {
      label: this.#label,
      total,
      rate: (perSecond) => measure(perSecond, "FLOP/s"),
    });
    this.#bar.update(done, note);
  }

  end(): void {
    this.#bar?.end();
  }
}
