import { describe, expect, it } from "vitest";
import { choiceTasks } from "../choice-tasks.ts";
import { harness } from "../testing.ts";

const { tasks } = harness();
const taskOf = (name: string) => choiceTasks.find((task) => task.name === name)!;

describe.each(Object.keys(tasks))("%s", (name) => {
  it("prompts as lm-evaluation-harness does", () => {
    const task = taskOf(name);
    const items = tasks[name].map(({ record }, i) => task.toItem(record, i + 1, "records"));
    expect(items.map(({ context }) => context)).toEqual(tasks[name].map(({ context }) => context));
    expect(items.map(({ choices }) => choices.map((choice) => ` ${choice}`))).toEqual(
      tasks[name].map(({ choices }) => choices),
    );
    expect(items.map(({ answer }) => answer)).toEqual(tasks[name].map(({ answer }) => answer));
    expect(items.map(({ id }) => id)).toEqual(items.map((_, i) => String(i + 1)));
  });

  it("reads the columns that it names, and says which one is missing", () => {
    const task = taskOf(name);
    const { record } = tasks[name][0];
    expect(Object.keys(record).sort()).toEqual([...task.columns].sort());
    for (const column of task.columns) {
      const { [column]: _, ...rest } = record;
      expect(() => task.toItem(rest, 4, "file.parquet")).toThrow(
        expect.objectContaining({
          code: "bad-choice-record",
          message: expect.stringMatching(new RegExp(`^file\\.parquet: record 4 is no item of ${name} \\("${column}"`)),
        }),
      );
    }
  });
});

it("a question has at least two answers, all of them texts", () => {
  const [{ record }] = tasks.mmlu;
  for (const choices of [["one"], ["one", 2], "one"]) {
    expect(() => taskOf("mmlu").toItem({ ...record, choices }, 1, "file")).toThrow(/"choices" is no list of texts/);
  }
  expect(taskOf("mmlu").toItem({ ...record, choices: ["one", "two"] }, 1, "file").context).toContain("B. two\nAnswer:");
});

it("tasks of the hub are pinned to a commit and one file", () => {
  for (const { source, rows } of choiceTasks) {
    expect(rows).toBeGreaterThan(100);
    if (source.kind === "hub") expect(source.revision).toMatch(/^[0-9a-f]{40}$/);
  }
  expect(choiceTasks.map(({ source }) => source.kind)).toEqual(["hub", "hub", "hub", "repository"]);
});
