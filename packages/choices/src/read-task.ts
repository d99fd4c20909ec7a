import { readRows } from "@sinqbench/datasets";
import type { ChoiceItem } from "./choice-item.ts";
import type { ChoiceTask } from "./choice-task.ts";
import { badChoiceRecord, choiceRowsDiffer } from "./messages.ts";

/**
 * The items of a task from its file (Parquet, JSON or JSON lines), in order.
 *
 * @throws BenchError `bad-choice-record`, `choice-rows-differ`, and those of reading records
 */
export async function readTask(task: ChoiceTask, path: string): Promise<ChoiceItem[]> {
  const items: ChoiceItem[] = [];
  for await (const row of readRows(path, task.columns)) {
    const number = items.length + 1;
    const item = task.toItem(row, number, path);
    if (item.answer >= item.choices.length) throw badChoiceRecord(path, number, task.name, "its answer is no choice");
    items.push(item);
  }
  if (items.length !== task.rows) throw choiceRowsDiffer(path, task.name, items.length, task.rows);
  return items;
}
