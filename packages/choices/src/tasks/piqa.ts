import type { ChoiceTask } from "../choice-task.ts";
import { numberOf, textOf } from "./record.ts";

/** PIQA (Bisk et al. 2020), validation: which of two ways reaches a goal. Task `piqa` of lm-evaluation-harness, version 1. */
export const piqa: ChoiceTask = {
  name: "piqa",
  label: "PIQA",
  source: {
    kind: "hub",
    // The hub's own conversion of the data set: the harness reads a copy of the same records under another name.
    repository: "ybisk/piqa",
    revision: "142c51238b3ca2bc61e9a075913871b8b600e8e1",
    file: "plain_text/validation/0000.parquet",
    split: "validation",
  },
  licence: "AFL 3.0",
  columns: ["goal", "sol1", "sol2", "label"],
  rows: 1838,
  toItem: (row, number, path) => {
    const record = { task: "piqa", row, number, path };
    return {
      id: String(number),
      context: `Question: ${textOf(record, "goal")}\nAnswer:`,
      choices: [textOf(record, "sol1"), textOf(record, "sol2")],
      answer: numberOf(record, "label"),
    };
  },
};
