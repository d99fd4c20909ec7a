import type { Experiment } from "../types.ts";

/** A declarative experiment on multiple-choice tasks. */
export interface ChoiceExperiment
  extends Pick<
    Experiment,
    "id" | "title" | "about" | "methods" | "bits" | "groupSize" | "tiling" | "aux" | "paperModels"
  > {
  /** Table of the paper it regenerates. */
  readonly paperTable: string;
  /** What the table prints; the rows hold the other as well. */
  readonly metric: ChoiceMetric;
}

/** The column of `ChoiceRow` that a table of the paper prints. */
export type ChoiceMetric = "accuracy" | "flip_rate";
