import { expect, test } from "vitest";
import { pairedDelta, perplexity } from "./statistics.ts";

// Two windows of two predictions: window means 1 and 3, mean 2, unbiased deviation sqrt(2), error sqrt(2) / sqrt(2) = 1.
const NLL = Float32Array.of(0.5, 1.5, 2.5, 3.5);

test("perplexity is exp of the mean loss, its error that of window means through exp", () => {
  const { perplexity: value, se } = perplexity(NLL, 2);
  expect(value).toBeCloseTo(Math.exp(2), 12);
  expect(se).toBeCloseTo(Math.exp(2), 12);
});

test("one window has no standard error", () => {
  expect(perplexity(NLL, 4)).toEqual({ perplexity: Math.exp(2), se: null });
});

test("a paired difference forgets what both have in common", () => {
  const shifted = NLL.map((loss) => loss + 0.25);
  expect(pairedDelta(shifted, NLL, 2)).toEqual({ delta: 0.25, se: 0 });
  const uneven = Float32Array.of(0.5, 1.5, 4.5, 5.5);
  // Window differences 0 and 2: mean 1, deviation sqrt(2), error 1.
  expect(pairedDelta(uneven, NLL, 2).delta).toBeCloseTo(1, 12);
  expect(pairedDelta(uneven, NLL, 2).se).toBeCloseTo(1, 12);
});

test("a million losses are summed without float32 rounding", () => {
  const nll = new Float32Array(1_000_000).fill(0.1);
  expect(Math.log(perplexity(nll, 1_000_000).perplexity)).toBeCloseTo(Math.fround(0.1), 12);
});
