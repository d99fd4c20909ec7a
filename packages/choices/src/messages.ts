import { BenchError } from "@sinqbench/tensor";

export function badChoiceRecord(path: string, number: number, task: string, problem: string): BenchError {
  return new BenchError(
    "bad-choice-record",
    `${path}: record ${number} is no item of ${task} (${problem}); give the task's published file.`,
  );
}

export function choiceRowsDiffer(path: string, task: string, found: number, expected: number): BenchError {
  return new BenchError(
    "choice-rows-differ",
    `${path} is not ${task}: it has ${found} records, expected ${expected}; give the task's published file.`,
  );
}

export function choiceTooLong(task: string, item: string, tokens: number, positions: number): BenchError {
  return new BenchError(
    "choice-too-long",
    `${task}, item ${item}: an answer has ${tokens} tokens, more than the model's ${positions} positions leave to predict; take a model with more positions.`,
  );
}

export function emptyContinuation(task: string, item: string, choice: number): BenchError {
  return new BenchError(
    "empty-continuation",
    `${task}, item ${item}: answer ${choice + 1} adds no token to its context under this tokenizer, so it has no likelihood; take another tokenizer or leave the item out.`,
  );
}
