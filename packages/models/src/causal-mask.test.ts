import { expect, test } from "vitest";
import { causalMask } from "./causal-mask.ts";

const marks = (mask: Float32Array, width: number) =>
  Array.from({ length: mask.length / width }, (_, row) =>
    Array.from(mask.subarray(row * width, (row + 1) * width), (value) => (value === 0 ? "o" : "-")).join(""),
  );

test("a query sees itself and what is before it", () => {
  expect(marks(causalMask(0, 3), 3)).toEqual(["o--", "oo-", "ooo"]);
  expect(marks(causalMask(2, 4), 4)).toEqual(["ooo-", "oooo"]);
  expect(causalMask(0, 2)[1]).toBe(-Infinity);
});

test("a window of n tokens is the query and n - 1 before it", () => {
  expect(marks(causalMask(0, 4, 2), 4)).toEqual(["o---", "oo--", "-oo-", "--oo"]);
  expect(marks(causalMask(0, 3, 3), 3)).toEqual(["o--", "oo-", "ooo"]);
});
