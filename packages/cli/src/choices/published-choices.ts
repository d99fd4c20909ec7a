import { choiceTasks } from "@sinqbench/choices";
import { type ChoiceExperiment, type ChoiceRow, type PublishedRow, publishedRows } from "@sinqbench/report";
import type { ModelFolder } from "../model-folder.ts";
import { isPaperSettings, paperIdOf } from "../published-beside.ts";

/**
 * The published shares that may stand beside a model's rows: none unless model and settings are the paper's, and only of
 * tasks whose items were all asked.
 */
export function publishedChoices(
  model: ModelFolder,
  experiment: ChoiceExperiment,
  rows: readonly ChoiceRow[],
): PublishedRow[] {
  const id = paperIdOf(model);
  if (id === undefined || !isPaperSettings(experiment)) return [];
  const whole = choiceTasks.filter(
    (task) => task.source.kind === "hub" && rows.some((row) => row.task === task.name && row.items === task.rows),
  );
  const metrics = whole.map(({ name }) => `${name}_${experiment.metric}`);
  return publishedRows({ table: experiment.paperTable, model: id }).filter(({ metric }) => metrics.includes(metric));
}
