import { describe, expect, it } from "vitest";
import type { ChoiceItem } from "./choice-item.ts";
import { accuracy, flipRate, predictions } from "./score-choices.ts";

const item = (answer: number, ...choices: string[]): ChoiceItem => ({ id: "x", context: "c", choices, answer });

describe("predictions", () => {
  it("take the highest likelihood, plainly and per character", () => {
    const items = [item(0, "aa", "bbbbbbbb"), item(1, "a", "b"), item(2, "a", "b", "c")];
    const found = predictions(items, [
      [-2, -4],
      [-3, -2.5],
      [-1, -1, -1],
    ]);
    // Of equals the first, as in the harness.
    expect(found).toEqual({ plain: [0, 1, 0], normalized: [1, 1, 0] });
  });

  it("count characters, not bytes or code units", () => {
    // Two characters, four code units, eight bytes: per character -1, as the other; the first of equals.
    expect(predictions([item(0, "xyz", "🙂🙂")], [[-3, -2]]).normalized).toEqual([0]);
    expect(predictions([item(0, "🙂🙂", "xyz")], [[-2.1, -3]]).normalized).toEqual([1]);
  });
});

describe("shares", () => {
  const items = [0, 1, 1, 0].map((answer) => item(answer, "a", "b"));

  it("of right answers have the harness's standard error", () => {
    const { value, se } = accuracy(items, [0, 1, 0, 0]);
    expect(value).toBe(0.75);
    // Sample standard deviation of 1, 1, 0, 1 over the root of 4.
    expect(se).toBeCloseTo(Math.sqrt((3 * 0.0625 + 0.5625) / 3) / 2, 14);
    expect(accuracy(items.slice(0, 1), [0])).toEqual({ value: 1, se: null });
  });

  it("of flips count every other answer, right or wrong", () => {
    expect(flipRate([0, 1, 2, 3], [0, 1, 1, 1]).value).toBe(0.5);
    expect(flipRate([0, 1], [0, 1])).toEqual({ value: 0, se: 0 });
  });
});
