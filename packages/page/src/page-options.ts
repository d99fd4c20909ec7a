import type { ChoiceExperiment, Claim, Experiment } from "@sinqbench/report";
import type { PublishedBeside } from "./charts/experiment-charts.ts";

/** What heads tables that the page shows as they stand. */
export interface PlainRecord {
  readonly title: string;
  readonly about: string;
  /** The paper's table that stands below. */
  readonly paperTable?: string;
}

/** What a page knows beside the results. */
export interface PageOptions {
  /** Records of the experiments, by id; a folder of results that has none goes by its own name. */
  readonly experiments: Readonly<Record<string, Experiment | ChoiceExperiment | PlainRecord>>;
  /** Models that come first, in this order; others follow by their names. */
  readonly models?: readonly string[];
  /** Claims of the paper, those that nothing was measured for included. */
  readonly claims: readonly Claim[];
  /** Which published number may stand beside a row. Default: none. */
  readonly beside?: PublishedBeside;
  /** A sentence about a model that its readers must know. */
  readonly modelNotes?: Readonly<Record<string, string>>;
}
