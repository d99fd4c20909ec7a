import type { RunStatus } from "@sinqbench/report";

/** A run in the middle of its work, invented for tests. */
export const invented: RunStatus = {
  format: 1,
  experiment: "table1",
  model: "tiny<model>",
  pid: 1,
  started: "2026-01-01T00:00:00.000Z",
  updated: "2026-01-01T00:01:00.000Z",
  done: 0.409,
  step: "block 3 of 7",
  seconds_left: 125,
  cells: [
    { method: "bf16", bits: 16, dataset: "sotu", state: "done", perplexity: 149.58 },
    { method: "sinq", bits: 4, dataset: "sotu", state: "running", perplexity: null },
    { method: "sinq", bits: 4, dataset: "moby-dick", state: "waiting", perplexity: null },
    { method: "mine", bits: 4, dataset: "sotu", state: "done", perplexity: null },
  ],
};
