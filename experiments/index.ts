import type { ChoiceExperiment, Experiment } from "@sinqbench/report";
import ablationAux from "./ablation-aux.ts";
import ablationGroupSize from "./ablation-group-size.ts";
import ablationIterations from "./ablation-iterations.ts";
import ablationShift from "./ablation-shift.ts";
import ablationTiling from "./ablation-tiling.ts";
import pareto from "./pareto.ts";
import protocolDiff from "./protocol-diff.ts";
import table1 from "./table1.ts";
import table2 from "./table2.ts";
import table3 from "./table3.ts";
import table4 from "./table4.ts";
import table8 from "./table8.ts";
import table11 from "./table11.ts";
import table13 from "./table13.ts";
import table14 from "./table14.ts";
import table15 from "./table15.ts";
import table18 from "./table18.ts";
import table19 from "./table19.ts";

export { claims } from "./claims.ts";
export { objective } from "./objective.ts";
export { table5 } from "./table5.ts";
export { table10 } from "./table10.ts";

/** Every experiment by its id: one command of `exp` each. */
export const experiments = {
  table1,
  table3,
  table4,
  table8,
  table11,
  table13,
  table15,
  table18,
  table19,
  pareto,
  "protocol-diff": protocolDiff,
  "ablation-iterations": ablationIterations,
  "ablation-group-size": ablationGroupSize,
  "ablation-tiling": ablationTiling,
  "ablation-aux": ablationAux,
  "ablation-shift": ablationShift,
} satisfies Readonly<Record<string, Experiment>>;

/** Every experiment on multiple-choice tasks by its id, likewise. */
export const choiceExperiments = { table2, table14 } satisfies Readonly<Record<string, ChoiceExperiment>>;
