import { choiceExperiments, experiments, table5, table10 } from "@sinqbench/experiments";
import type { ChoiceExperiment, Experiment } from "@sinqbench/report";
import { runChoices } from "../choices/run-choices.ts";
import { runClaims } from "../claims/run-claims.ts";
import type { AllFlags } from "../commands/all.ts";
import { PAIRS, REPEATS } from "../commands/timings.ts";
import { runExperiment } from "../experiment/run-experiment.ts";
import { runImbalance } from "../imbalance/run-imbalance.ts";
import { runLayers } from "../layers/run-layers.ts";
import { runObjective } from "../objective/run-objective.ts";
import type { Session } from "../session.ts";
import { runTable5 } from "../timings/run-table5.ts";
import { runTable10 } from "../timings/run-table10.ts";

/** Runs the record from its first experiment to its last; each keeps its files when a later one is interrupted. */
export async function runAll(session: Session, flags: AllFlags): Promise<void> {
  const records = Object.values<Experiment>(experiments);
  const choices = Object.values<ChoiceExperiment>(choiceExperiments);
  const own = ({ methods, bits, groupSize }: Pick<Experiment, "methods" | "bits" | "groupSize">) => {
    return { ...flags, methods: [...methods], bits: [...bits], groupSize };
  };
  const steps: (readonly [name: string, run: () => Promise<void>])[] = [
    ...records.map((record) => [record.id, () => runExperiment(session, record, own(record))] as const),
    ...choices.map((record) => [record.id, () => runChoices(session, record, own(record))] as const),
    ["imbalance", () => runImbalance(session, { ...flags, groupSize: 64, tiling: "1d" })],
    ["layers", () => runLayers(session, { ...flags, bits: 4, groupSize: 64 })],
    ["objective", () => runObjective(session, flags)],
    ["claims", () => runClaims(session, flags)],
    [table10.id, () => runTable10(session, table10, { ...own(table10), repeats: REPEATS })],
    [
      table5.id,
      () =>
        runTable5(session, table5, { ...flags, widths: [...table5.widths], rows: [...table5.tokens], pairs: PAIRS }),
    ],
  ];
  for (const [i, [name, run]] of steps.entries()) {
    session.note(`\n${i + 1} of ${steps.length}: ${name}`);
    await run();
  }
}
