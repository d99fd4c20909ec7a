import type { Experiment } from "../types.ts";

/** How long methods take to quantize a model, beside a table of the paper. */
export interface QuantizationTimeExperiment
  extends Pick<
    Experiment,
    "id" | "title" | "about" | "methods" | "bits" | "groupSize" | "tiling" | "aux" | "paperModels"
  > {
  readonly paperTable: string;
}

/** What the second scale costs in a product, beside a table of the paper. */
export interface ProductTimeExperiment extends Pick<Experiment, "id" | "title" | "about" | "groupSize"> {
  readonly paperTable: string;
  /** Rows and columns of the matrices. */
  readonly widths: readonly number[];
  /** Rows of inputs that are multiplied at once. */
  readonly tokens: readonly number[];
}
