import { fileURLToPath } from "node:url";
import type { ChoiceTask } from "../choice-task.ts";
import { numberOf, textOf, textsOf } from "./record.ts";

/** Sentences to be finished: everyday facts, grammar, inference and arithmetic, written for this project. */
export const everyday: ChoiceTask = {
  name: "everyday",
  label: "Everyday",
  source: { kind: "repository", path: fileURLToPath(new URL("../../data/everyday.jsonl", import.meta.url)) },
  licence: "Apache-2.0",
  columns: ["id", "context", "choices", "answer"],
  rows: 302,
  toItem: (row, number, path) => {
    const record = { task: "everyday", row, number, path };
    return {
      id: textOf(record, "id"),
      context: textOf(record, "context"),
      choices: textsOf(record, "choices"),
      answer: numberOf(record, "answer"),
    };
  },
};
