import type { ExpertsConfig } from "@sinqbench/models";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, test } from "vitest";
import { Dispatch, type RoutedRows } from "./dispatch.ts";

const experts: ExpertsConfig = {
  count: 3,
  intermediateSize: 1,
  sharedSize: 0,
  blocks: [true],
  routing: { perToken: 2, scores: "softmax", correction: false, groups: null, normalize: false, scale: 1 },
};
const routing = (...pairs: (readonly [number, number])[]) => ({
  experts: Int32Array.from(pairs.flat()),
  weights: Float32Array.from(pairs.flat(), (expert, i) => expert + i / 16),
});
const plain = (slices: Iterable<RoutedRows[]>) =>
  Array.from(slices, (slice) =>
    slice.map(({ batch, rows, weights }) => ({ batch, rows: [...rows], weights: [...weights] })),
  );

describe("the tokens of an expert", () => {
  const dispatch = new Dispatch(experts);
  dispatch.add(0, routing([0, 1], [1, 0], [1, 0]));
  dispatch.add(3, routing([1, 0], [0, 1]));

  test("come with their rows and weights, batch by batch in order", () => {
    expect(plain(dispatch.slices(0, 10))).toEqual([
      [
        { batch: 0, rows: [0, 1, 2], weights: [0, 3 / 16, 5 / 16] },
        { batch: 3, rows: [0, 1], weights: [1 / 16, 2 / 16] },
      ],
    ]);
    expect(dispatch.tokens(0)).toBe(5);
  });

  test("are none for an expert that nobody takes", () => {
    expect(plain(dispatch.slices(2, 10))).toEqual([]);
    expect(dispatch.tokens(2)).toBe(0);
  });

  test("are cut after so many, wherever batches end", () => {
    const rows = (size: number) =>
      plain(dispatch.slices(1, size)).map((slice) => slice.map((part) => [part.batch, ...part.rows]));
    expect(rows(2)).toEqual([
      [[0, 0, 1]],
      [
        [0, 2],
        [3, 0],
      ],
      [[3, 1]],
    ]);
    expect(rows(3)).toEqual([[[0, 0, 1, 2]], [[3, 0, 1]]]);
    expect(rows(5)).toHaveLength(1);
    expect(rows(1)).toHaveLength(5);
  });
});

test("slices do not depend on the batches that tokens came in", () => {
  const random = seededRandom(5);
  const pairs = Array.from({ length: 60 }, () => {
    const first = random.integer(3);
    return [first, (first + 1 + random.integer(2)) % 3] as const;
  });
  const cut = (size: number) => {
    const dispatch = new Dispatch(experts);
    for (let start = 0; start < 60; start += size)
      dispatch.add(start / size, routing(...pairs.slice(start, start + size)));
    return Array.from(dispatch.slices(1, 7), (slice) =>
      slice.flatMap(({ batch, rows }) => Array.from(rows, (row) => batch * size + row)),
    );
  };
  const whole = cut(60);
  expect(whole.slice(0, -1).every((slice) => slice.length === 7)).toBe(true);
  expect(cut(4)).toEqual(whole);
  expect(cut(25)).toEqual(whole);
});
