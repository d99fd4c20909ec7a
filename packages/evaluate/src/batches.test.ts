import { expect, test } from "vitest";
import { planBatches } from "./batches.ts";

const set = (length: number, count: number) => ({ name: "s", length, count, ids: new Int32Array(0) });

test("batches hold about 2048 tokens and leave no window out", () => {
  const batches = planBatches([set(256, 20), set(2048, 2), set(4096, 1)]);
  expect(batches.map(({ set, firstWindow, windows, tokens }) => [set, firstWindow, windows, tokens])).toEqual([
    [0, 0, 8, 2048],
    [0, 8, 8, 2048],
    [0, 16, 4, 1024],
    [1, 0, 1, 2048],
    [1, 1, 1, 2048],
    [2, 0, 1, 4096],
  ]);
});

test("a given number of windows is kept", () => {
  expect(planBatches([set(256, 5)], 2).map((batch) => batch.windows)).toEqual([2, 2, 1]);
});
