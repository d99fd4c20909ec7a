import { describe, expect, test } from "vitest";
import { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";
import { ropeTables } from "./rope-tables.ts";

const read = (json: Record<string, unknown>) => readRope(new ConfigReader("config.json", json));

describe("both spellings of rope parameters", () => {
  test("rope_theta alone", () => {
    const rope = { type: "default", theta: 1e6 };
    expect(read({ rope_theta: 1_000_000, rope_scaling: null })).toEqual(rope);
    expect(read({ rope_parameters: { rope_theta: 1e6, rope_type: "default" } })).toEqual(rope);
  });

  test("rope_scaling, with its older name for the type", () => {
    const rope = { type: "linear", theta: 10_000, factor: 4 };
    expect(read({ rope_scaling: { type: "linear", factor: 4 } })).toEqual(rope);
    expect(read({ rope_parameters: { rope_type: "linear", factor: 4, rope_theta: 10_000 } })).toEqual(rope);
  });

  test("an unknown rule is refused by name", () => {
    expect(() => read({ rope_scaling: { rope_type: "dynamic" } })).toThrow(/config\.json: rope type = "dynamic"/);
  });
});

// [cos, sin] at positions 1, 777 and 2047 and frequencies 0, 5, 17, 30, 40 and 63 of a 128-wide head: transformers
// 5.18 (LlamaRotaryEmbedding, float32).
const INDICES = [0, 5, 17, 30, 40, 63];
const TRANSFORMERS = {
  default: [
    [
      0.5403023, 0.841471, 0.9428144, 0.3333182, 0.9996753, 0.0254802, 0.9999988, 0.0015399, 1.0, 0.0001778, 1.0,
      1.2e-6,
    ],
    [
      -0.5177182, -0.8555512, 0.9892166, 0.1464599, 0.5811051, 0.8138285, 0.3655963, 0.9307735, 0.9904694, 0.1377331,
      0.9999995, 0.0009642,
    ],
    [
      0.2497153, -0.9683193, -0.2469704, -0.969023, -0.321541, 0.9468957, -0.9999434, -0.0106367, 0.9344754, 0.3560279,
      0.9999968, 0.0025402,
    ],
  ],
  llama3: [
    [0.5403023, 0.841471, 0.9363434, 0.3510856, 0.9995308, 0.0306297, 0.999999, 0.0013719, 1.0, 3.43e-5, 1.0, 3e-7],
    [
      -0.5177182, -0.8555512, -0.6460885, 0.7632625, 0.2387491, -0.9710813, 0.483663, 0.8752543, 0.9996453, 0.0266332,
      1.0, 0.0002385,
    ],
    [
      0.2497153, -0.9683193, 0.6881354, -0.7255822, 0.9924462, -0.1226809, -0.9449593, 0.327188, 0.9975389, 0.0701157,
      0.9999998, 0.0006282,
    ],
  ],
  linear: [
    [
      0.9689124, 0.247404, 0.9925986, 0.1214414, 0.9997657, 0.0216474, 0.9999945, 0.0033338, 0.9999997, 0.0007906, 1.0,
      2.89e-5,
    ],
    [
      0.8634411, -0.5044497, 0.9408503, 0.3388226, -0.4416203, -0.8972021, -0.8518824, 0.5237331, 0.817193, 0.5763642,
      0.9997484, 0.0224298,
    ],
    [
      -0.946171, 0.323667, -0.5235167, -0.8520154, 0.9449266, 0.3272825, 0.8571368, 0.5150887, -0.0474815, 0.9988721,
      0.9982544, 0.0590616,
    ],
  ],
};
const ROPES = {
  default: { type: "default", theta: 1e6 },
  llama3: {
    type: "llama3",
    theta: 500_000,
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalPositions: 8192,
  },
  linear: { type: "linear", theta: 10_000, factor: 4 },
} as const;

test.each(Object.keys(ROPES) as (keyof typeof ROPES)[])("%s tables equal those of transformers", (type) => {
  const { cos, sin } = ropeTables(ROPES[type], 128, 2048);
  [1, 777, 2047].forEach((position, p) => {
    INDICES.forEach((index, i) => {
      const at = position * 64 + index;
      expect(cos[at]).toBeCloseTo(TRANSFORMERS[type][p]![2 * i]!, 5);
      expect(sin[at]).toBeCloseTo(TRANSFORMERS[type][p]![2 * i + 1]!, 5);
    });
  });
});
