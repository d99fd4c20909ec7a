import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { ActivationCollector } from "./activation-collector.ts";
import { activationStatistics } from "./activation-statistics.ts";
import { requiredStatistics } from "./required-statistics.ts";
import { samplePositions } from "./sample-positions.ts";

const prefix = "original";
// Three tokens of two inputs.
const inputs = { rows: 3, cols: 2, data: Float32Array.of(1, -2, 3, 4, -2, 10) };
const all = { meanAbs: true, std: true, rows: 2, secondMoment: true, prefix } as const;

describe("activationStatistics", () => {
  it("gives what is asked for", () => {
    // Column means 2/3 and 4; squared deviations 38/3 and 72.
    expect(activationStatistics(inputs, all)).toEqual({
      tokens: 3,
      meanAbs: Float32Array.of(2, 16 / 3),
      std: Float32Array.of(Math.sqrt(38 / 6), 6),
      rows: { rows: 2, cols: 2, data: Float32Array.of(1, -2, -2, 10) },
      secondMoment: { rows: 2, cols: 2, data: Float32Array.of(14 / 3, -10 / 3, -10 / 3, 40) },
    });
  });

  it("gives nothing else", () => {
    expect(activationStatistics(inputs, { meanAbs: true, prefix })).toEqual({
      tokens: 3,
      meanAbs: Float32Array.of(2, 16 / 3),
    });
    expect(activationStatistics(inputs, { prefix })).toEqual({ tokens: 3 });
  });

  it("has no deviation for one token", () => {
    const one = { rows: 1, cols: 2, data: Float32Array.of(5, -5) };
    expect(activationStatistics(one, { std: true, prefix }).std).toEqual(Float32Array.of(0, 0));
  });

  it("refuses NaN and infinity by place", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const data = Float32Array.of(1, 2, 3, value, 5, 6);
      expect(() => activationStatistics({ rows: 3, cols: 2, data }, { meanAbs: true, prefix })).toThrow(
        `Activation at row 1, column 1 is ${value}`,
      );
    }
  });
});

describe("ActivationCollector", () => {
  it("does not depend on how the tokens come, for several quantizers at once", () => {
    const data = seededRandom(4).fillNormal(new Float32Array(50 * 8), 3, 1);
    const needs = [all, { rows: 7, prefix }, { rows: 500, meanAbs: true, prefix }] as const;
    const results = [1, 3, 50].map((size) => {
      const collector = new ActivationCollector(8, 50, needs);
      for (let token = 0; token < 50; token += size) collector.add(data.slice(token * 8, (token + size) * 8));
      collector.secondMoment?.addRows(data);
      return needs.map((need) => collector.statistics(need));
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0]).toEqual(needs.map((need) => activationStatistics({ rows: 50, cols: 8, data }, need)));
    expect(results[0][2].rows?.data).toEqual(data);
  });

  it("takes products computed elsewhere", () => {
    const collector = new ActivationCollector(2, 4, [all]);
    collector.secondMoment?.addProduct(Float32Array.of(1, 2, 2, 5));
    collector.secondMoment?.addProduct(Float32Array.of(3, 0, 0, 3));
    expect(collector.statistics(all).secondMoment?.data).toEqual(Float32Array.of(1, 0.5, 0.5, 2));
  });

  it("keeps precision over a million tokens of large mean", () => {
    const collector = new ActivationCollector(1, 1_000_000, [all]);
    const x = Float32Array.from({ length: 1000 }, (_, i) => 100 + (i % 2 === 0 ? 0.25 : -0.25));
    for (let i = 0; i < 1000; i++) collector.add(x);
    expect(collector.statistics(all).std?.[0]).toBeCloseTo(0.25, 6);
  });
});

describe("samplePositions", () => {
  it("spaces rows evenly, in the middle of their shares", () => {
    expect(samplePositions(8, 2)).toEqual([2, 6]);
    expect(samplePositions(10, 4)).toEqual([1, 3, 6, 8]);
    expect(samplePositions(4, 3)).toEqual([0, 2, 3]);
    expect(samplePositions(3, 3)).toEqual([0, 1, 2]);
    expect(samplePositions(2, 5)).toEqual([0, 1]);
  });
});

describe("requiredStatistics", () => {
  const kernels = {} as never;

  it("names what is missing and what to pass", () => {
    expect(() => requiredStatistics("m", 2, { kernels }, ["meanAbs", "rows"])).toThrow(
      "m needs mean |x| and sample rows of the layer's inputs; pass --calibration TEXT for a model, " +
        "--activations FILE:TENSOR for a matrix.",
    );
    const statistics = { tokens: 1, meanAbs: Float32Array.of(1, 2) };
    expect(() => requiredStatistics("m", 2, { kernels, statistics }, ["meanAbs", "secondMoment"])).toThrow(
      "m needs second moments of",
    );
    expect(requiredStatistics("m", 2, { kernels, statistics }, ["meanAbs"])).toBe(statistics);
  });

  it("refuses those of another width", () => {
    const statistics = activationStatistics(inputs, all);
    for (const name of ["meanAbs", "std", "rows", "secondMoment"] as const) {
      expect(() => requiredStatistics("m", 3, { kernels, statistics }, [name])).toThrow(
        /^m: .* of 2 inputs come with a weight of 3 columns/,
      );
    }
  });
});
