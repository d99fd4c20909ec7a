import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationInput } from "@sinqbench/datasets";
import { quantizerById } from "@sinqbench/quantizers";
import { readRunStatus } from "@sinqbench/report";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EvaluationState } from "../evaluate-model.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { StatusFile } from "./status-file.ts";

const folder = temporaryFolder();

const quantizer = quantizerById("sinq");
const config = { bits: 4, groupSize: 64, tiling: "1d", aux: "f16" } as const;
const variants = [
  { id: "bf16", quantizer: null, config: null },
  { id: "a", quantizer, config },
  { id: "b", quantizer, config: { ...config, groupSize: 128 }, options: "iterations=4" },
  { id: "c", quantizer, config: { ...config, bits: 3 } },
];
const inputs = [{ name: "sotu", windows: { count: 2, length: 4, firstScored: 2 } }] as unknown as EvaluationInput[];
/** Two windows of three losses, of which the last two count. */
const nll = Float32Array.of(9, Math.log(50), Math.log(50), 9, Math.log(50), Math.log(50));
const found = [[{ nll }], [null], [null], [null]] as unknown as EvaluationState["found"];

let now = 0;
beforeEach(() => {
  now = Date.parse("2026-01-01T00:00:00Z");
  vi.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

describe("a run's status", () => {
  it("says what is done and running, how far it is and how long it takes, at most once a second", async () => {
    const dir = join(folder(), "table1");
    const path = join(dir, "tiny.status.json");
    const status = new StatusFile({ dir, experiment: "table1" }, "tiny", variants, inputs);
    status.update({ found, done: 0, total: 0 });
    await expect
      .poll(() => readRunStatus(path), { timeout: 30_000 })
      .toMatchObject({
        experiment: "table1",
        model: "tiny",
        pid: process.pid,
        done: 0,
        step: "beginning",
        seconds_left: null,
        updated: "2026-01-01T00:00:00.000Z",
      });
    const first = (await readRunStatus(path))!;
    expect(first.cells).toEqual([
      { method: "bf16", bits: 16, dataset: "sotu", state: "done", perplexity: expect.closeTo(50, 3) },
      { method: "sinq", bits: 4, settings: "g64 1d f16", dataset: "sotu", state: "running", perplexity: null },
      {
        method: "sinq",
        bits: 4,
        settings: "g128 1d f16 iterations=4",
        dataset: "sotu",
        state: "running",
        perplexity: null,
      },
      { method: "sinq", bits: 3, dataset: "sotu", state: "running", perplexity: null },
    ]);
    now += 999;
    status.update({ found, done: 30, total: 100, note: "too soon" });
    now += 1;
    status.update({ found, done: 40, total: 100, note: "block 2 of 4" });
    await expect
      .poll(() => readRunStatus(path), { timeout: 30_000 })
      .toMatchObject({
        done: 0.4,
        step: "block 2 of 4",
        // 40 in one second: the other 60 take one and a half.
        seconds_left: 2,
      });
    await status.end();
    expect(await readdir(dir)).toEqual([]);
  });

  it("has no perplexities of losses that are not of text", async () => {
    const dir = join(folder(), "table2");
    const status = new StatusFile({ dir, experiment: "table2", perplexities: false }, "tiny", variants, inputs);
    status.update({ found, done: 0, total: 0 });
    await expect
      .poll(async () => (await readRunStatus(join(dir, "tiny.status.json")))?.cells[0], { timeout: 30_000 })
      .toMatchObject({ state: "done", perplexity: null });
    await status.end();
  });

  it("leaves the run alone where it cannot be written", async () => {
    await mkdir(join(folder(), "taken"), { recursive: true });
    await writeFile(join(folder(), "taken", "table1"), "a file where the folder should be");
    const run = { dir: join(folder(), "taken", "table1"), experiment: "table1" };
    const status = new StatusFile(run, "tiny", variants, inputs);
    status.update({ found, done: 0, total: 1 });
    await status.end();
    expect(await readdir(join(folder(), "taken"))).toEqual(["table1"]);
  });
});
