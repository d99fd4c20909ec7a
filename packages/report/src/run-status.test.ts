import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type RunStatus, readRunStatus, removeRunStatus, statusPath, writeRunStatus } from "./run-status.ts";

const status: RunStatus = {
  format: 1,
  experiment: "table1",
  model: "Qwen/Qwen3-1.7B",
  pid: 4242,
  started: "2026-01-01T00:00:00.000Z",
  updated: "2026-01-01T00:01:00.000Z",
  done: 0.25,
  step: "block 7 of 28",
  seconds_left: 180,
  cells: [{ method: "sinq", bits: 4, dataset: "wikitext2", state: "running", perplexity: null }],
};

it("a run's status is read as it was written, is replaced, and goes when the run ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sinqbench-status-"));
  try {
    const path = statusPath(folder, status.model);
    expect(path).toBe(join(folder, "Qwen--Qwen3-1.7B.status.json"));
    await writeRunStatus(folder, status);
    expect(await readRunStatus(path)).toEqual(status);
    await writeRunStatus(folder, { ...status, done: 0.5 });
    expect(await readRunStatus(path)).toMatchObject({ done: 0.5 });
    expect(await readdir(folder)).toHaveLength(1);
    await removeRunStatus(folder, status.model);
    await removeRunStatus(folder, status.model);
    expect(await readRunStatus(path)).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it.each([
  "",
  "{",
  "null",
  "[]",
  '{"format":2,"done":0,"cells":[]}',
  '{"format":1,"done":"x","cells":[]}',
  '{"format":1,"done":1}',
])("what is no status of this format is none: %s", async (text) => {
  const folder = await mkdtemp(join(tmpdir(), "sinqbench-status-"));
  try {
    await writeFile(join(folder, "a.status.json"), text);
    expect(await readRunStatus(join(folder, "a.status.json"))).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
