import type { ChoiceTask } from "../choice-task.ts";
import { strip } from "../python-text.ts";
import { numberOf, textOf, textsOf } from "./record.ts";

const LETTERS = ["A", "B", "C", "D"];

/**
 * MMLU (Hendrycks et al. 2021), test: questions of 57 subjects whose answers are letters. Task group `mmlu` of
 * lm-evaluation-harness, version 2, without examples; its accuracy weighs every question alike.
 */
export const mmlu: ChoiceTask = {
  name: "mmlu",
  label: "MMLU",
  source: {
    kind: "hub",
    repository: "cais/mmlu",
    revision: "c30699e8356da336a370243923dbaf21066bb9fe",
    file: "all/test-00000-of-00001.parquet",
    split: "test",
  },
  licence: "MIT",
  columns: ["question", "subject", "choices", "answer"],
  rows: 14_042,
  toItem: (row, number, path) => {
    const record = { task: "mmlu", row, number, path };
    const answers = textsOf(record, "choices");
    const subject = textOf(record, "subject").replaceAll("_", " ");
    const lines = answers.map((answer, i) => `${LETTERS[i]}. ${answer}\n`).join("");
    return {
      id: String(number),
      context: `The following are multiple choice questions (with answers) about ${subject}.\n\n${strip(textOf(record, "question"))}\n${lines}Answer:`,
      choices: LETTERS,
      answer: numberOf(record, "answer"),
    };
  },
};
