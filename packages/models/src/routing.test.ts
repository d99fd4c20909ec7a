import { describe, expect, test } from "vitest";
import { routeTokens } from "./routing.ts";
import type { ExpertsConfig, RoutingConfig } from "./types.ts";

const SOFTMAX: RoutingConfig = {
  perToken: 2,
  scores: "softmax",
  correction: false,
  groups: null,
  normalize: false,
  scale: 1,
};
const experts = (count: number, routing: RoutingConfig): ExpertsConfig => ({
  count,
  intermediateSize: 1,
  sharedSize: 0,
  blocks: [true],
  routing,
});
const route = (routing: RoutingConfig, logits: number[], correction?: number[]) => {
  const result = routeTokens(
    experts(8, routing),
    Float32Array.from(logits),
    correction && Float32Array.from(correction),
  );
  return { experts: [...result.experts], weights: [...result.weights] };
};
const softmax = (logits: number[]) => {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / sum);
};
const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));

const LOGITS = [0.3, 2, -1, 1.5, 0.1, 1.9, -3, 0.5];

test("softmax over all experts, the best ones with their shares", () => {
  const p = softmax(LOGITS);
  expect(route(SOFTMAX, LOGITS)).toEqual({ experts: [1, 5], weights: close([p[1]!, p[5]!]) });
});

test("every token has its own experts", () => {
  const turned = [...LOGITS.slice(1), LOGITS[0]!];
  const both = route(SOFTMAX, [...LOGITS, ...turned]);
  expect(both.experts).toEqual([1, 5, 0, 4]);
  expect(both.weights.slice(2)).toEqual(both.weights.slice(0, 2));
});

test("logits of hundreds overflow nothing", () => {
  expect(route(SOFTMAX, [900, 0, 0, 0, 900, 0, 0, 0])).toEqual({ experts: [0, 4], weights: [0.5, 0.5] });
});

test("normalized weights sum to the scale", () => {
  const { weights } = route({ ...SOFTMAX, normalize: true, scale: 2.5 }, LOGITS);
  expect(weights[0]! + weights[1]!).toBeCloseTo(2.5, 6);
  expect(weights[0]! / weights[1]!).toBeCloseTo(Math.exp(0.1), 5);
  expect(route({ ...SOFTMAX, scale: 16 }, LOGITS).weights[0]).toBeCloseTo(16 * softmax(LOGITS)[1]!, 5);
});

test("among equals the lower index", () => {
  expect(route(SOFTMAX, [1, 1, 1, 1, 1, 1, 1, 1]).experts).toEqual([0, 1]);
});

describe("groups", () => {
  test("by their best expert: others do not count however good they are", () => {
    // Groups of two: bests 2, 1.5, 1.9, 0.5. The best group only: experts 0 and 1.
    const groups = { count: 4, chosen: 1, best: 1 } as const;
    expect(route({ ...SOFTMAX, groups }, LOGITS).experts).toEqual([1, 0]);
    expect(route({ ...SOFTMAX, perToken: 3, groups: { ...groups, chosen: 2 } }, LOGITS).experts).toEqual([1, 5, 0]);
  });

  test("by the sum of their two best", () => {
    // Two groups of four: best 3 against 2.5, two best 3 - 5 against 2.5 + 2.
    const logits = [3, -5, -6, -7, 2.5, 2, -8, -9];
    const groups = { count: 2, chosen: 1, best: 2 } as const;
    const routing: RoutingConfig = { ...SOFTMAX, scores: "sigmoid", groups };
    expect(route(routing, logits)).toEqual({ experts: [4, 5], weights: close([sigmoid(2.5), sigmoid(2)]) });
    expect(route({ ...routing, groups: { ...groups, best: 1 } }, logits).experts).toEqual([0, 1]);
  });
});

test("the correction chooses experts and groups, and is no part of their weights", () => {
  const correction = [0, 0, 0, 0, 0, 0, 9, 0];
  const routing: RoutingConfig = { ...SOFTMAX, scores: "sigmoid", correction: true };
  expect(route(routing, LOGITS, correction)).toEqual({ experts: [6, 1], weights: close([sigmoid(-3), sigmoid(2)]) });
  const groups = { count: 4, chosen: 1, best: 2 } as const;
  expect(route({ ...routing, groups }, LOGITS, correction).experts).toEqual([6, 7]);
});
