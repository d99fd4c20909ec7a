import type { ChoiceTask } from "../choice-task.ts";
import { capitalize, strip } from "../python-text.ts";
import { numberOf, textOf, textsOf } from "./record.ts";

/** Leftovers of the WikiHow part of the data are taken out, as the harness takes them out. */
function preprocess(text: string): string {
  return strip(text)
    .replaceAll(" [title]", ". ")
    .replace(/\[[^\n]*?\]/g, "")
    .replaceAll("  ", " ");
}

/** HellaSwag (Zellers et al. 2019), validation: which of four endings follows. Task `hellaswag` of lm-evaluation-harness, version 1. */
export const hellaswag: ChoiceTask = {
  name: "hellaswag",
  label: "HellaSwag",
  source: {
    kind: "hub",
    repository: "Rowan/hellaswag",
    revision: "218ec52e09a7e7462a5400043bb9a69a41d06b76",
    file: "data/validation-00000-of-00001.parquet",
    split: "validation",
  },
  licence: "MIT",
  columns: ["ctx_a", "ctx_b", "activity_label", "endings", "label"],
  rows: 10_042,
  toItem: (row, number, path) => {
    const record = { task: "hellaswag", row, number, path };
    const context = `${textOf(record, "ctx_a")} ${capitalize(textOf(record, "ctx_b"))}`;
    return {
      id: String(number),
      context: preprocess(`${textOf(record, "activity_label")}: ${context}`),
      choices: textsOf(record, "endings").map(preprocess),
      answer: numberOf(record, "label"),
    };
  },
};
