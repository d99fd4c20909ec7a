import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTask } from "./read-task.ts";
import { piqa } from "./tasks/piqa.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sinqbench-choices-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function file(...labels: number[]): Promise<string> {
  const path = join(folder, "piqa.jsonl");
  const rows = labels.map((label) => JSON.stringify({ goal: "g", sol1: "a", sol2: "b", label }));
  await writeFile(path, rows.join("\n"));
  return path;
}

describe("readTask", () => {
  it("reads every record in order", async () => {
    const items = await readTask({ ...piqa, rows: 3 }, await file(0, 1, 0));
    expect(items.map(({ id, answer }) => [id, answer])).toEqual([
      ["1", 0],
      ["2", 1],
      ["3", 0],
    ]);
  });

  it.each([2, 4])("refuses a file of another number of records than %d", async (rows) => {
    await expect(readTask({ ...piqa, rows }, await file(0, 1, 0))).rejects.toMatchObject({
      code: "choice-rows-differ",
      message: expect.stringContaining(`has 3 records, expected ${rows}`),
    });
  });

  it("refuses an answer that is no choice", async () => {
    await expect(readTask({ ...piqa, rows: 2 }, await file(0, 2))).rejects.toMatchObject({
      code: "bad-choice-record",
      message: expect.stringMatching(/record 2 is no item of piqa/),
    });
    // Test splits come without labels.
    await expect(readTask({ ...piqa, rows: 1 }, await file(-1))).rejects.toMatchObject({ code: "bad-choice-record" });
  });
});
