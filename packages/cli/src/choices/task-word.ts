import { type ChoiceTask, choiceTasks } from "@sinqbench/choices";
import { sameTask, taskHasNoFile, unknownTask } from "../messages.ts";

/** What `NAME[=FILE]` names. */
export interface TaskWord {
  readonly task: ChoiceTask;
  /** A local file, as typed; else the task's own source. */
  readonly path?: string;
}

/** Tasks of the paper's tables, and the one that comes along. */
export const PAPER_TASKS = choiceTasks.filter(({ source }) => source.kind === "hub").map(({ name }) => name);
export const OWN_TASKS = choiceTasks.filter(({ source }) => source.kind === "repository").map(({ name }) => name);

/** @throws UsageError unknown-task, same-task, task-has-no-file */
export function parseTasks(words: readonly string[]): TaskWord[] {
  const parsed = words.map((word): TaskWord => {
    const [, name = word, , path] = /^([^=]*)(=(.*))?$/s.exec(word) ?? [];
    const task = choiceTasks.find((known) => known.name === name);
    if (!task) {
      throw unknownTask(
        name,
        choiceTasks.map((known) => known.name),
      );
    }
    if (path === undefined) return { task };
    if (task.source.kind === "repository") throw taskHasNoFile(name);
    return { task, path };
  });
  const twice = parsed.find(({ task }, i) => parsed.findIndex((other) => other.task === task) < i);
  if (twice) throw sameTask(twice.task.name);
  return parsed;
}
