import { expect, test } from "vitest";
import type { RopeConfig } from "./rope.ts";
import { ropeTables } from "./rope-tables.ts";

// [cos, sin] at three positions and six frequencies: transformers 5.18 (LlamaRotaryEmbedding and ROPE_INIT_FUNCTIONS, float32).
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
  yarn: [
    [
      0.4976414, 0.7750304, 0.916441, 0.0919508, 0.9207097, 0.024754, 0.9210401, 0.0020718, 0.9210424, 0.0001638,
      0.9210424, 3.1e-6,
    ],
    [
      -0.4768404, -0.7879989, -0.6148906, 0.6857321, -0.4129433, 0.8232843, -0.1621387, 0.9066588, 0.9122643, 0.126858,
      0.9210393, 0.0023858,
    ],
    [
      0.2299983, -0.8918631, -0.8098425, -0.4387188, 0.0406796, -0.9201436, -0.0992228, -0.9156822, 0.8606914,
      0.3279168, 0.9210209, 0.0062854,
    ],
  ],
  yarnUntruncated: [
    [
      0.6152042, 0.9581236, 1.132941, 0.1136733, 1.1381633, 0.0325759, 1.1386243, 0.0034008, 1.1386293, 0.000571,
      1.1386294, 3.8e-5,
    ],
    [
      -0.5894892, -0.9741558, -0.7601524, 0.8477295, -1.1055524, -0.2724534, -0.7760475, 0.833203, 1.0532937, 0.432492,
      1.1382475, 0.0294914,
    ],
    [
      0.2843331, -1.1025568, -1.0011597, -0.5423618, -0.497924, 1.0239867, 1.1223426, -0.1918958, 0.5896525, 0.974057,
      1.1359791, 0.0776431,
    ],
  ],
  long: [
    [
      0.672731, 1.0477164, 1.2137349, 0.2777129, 1.2447286, 0.0304563, 1.2450987, 0.0024386, 1.2451011, 8.15e-5,
      1.2451011, 6.2e-6,
    ],
    [
      -0.6446115, -1.0652477, 0.5046008, -1.1382684, 1.2295051, 0.1964538, 0.060963, 1.2436078, 1.2434895, 0.0633286,
      1.2450919, 0.004784,
    ],
    [
      0.3109207, -1.2056555, -0.2494547, 1.2198561, 1.2229135, -0.2340069, -0.8051416, -0.9497493, 1.2339303, 0.1664112,
      1.2450373, 0.0126032,
    ],
  ],
  short: [
    [
      0.672731, 1.0477164, 1.0640982, 0.6465074, 1.2340329, 0.1656491, 1.2449005, 0.0223529, 1.2451006, 0.0011174,
      1.2451011, 0.0001026,
    ],
    [
      -0.6446115, -1.0652477, -1.2391486, -0.1216033, -1.2450666, -0.0092669, 0.2317258, 1.2233478, 0.954467, 0.7995433,
      1.2425489, 0.0796792,
    ],
    [
      1.2433575, -0.0658695, -0.9520194, -0.8024561, -1.1319293, 0.5186645, -0.3164531, -1.2042152, -0.2744685,
      1.2144727, 1.2282583, 0.204104,
    ],
  ],
};
const YARN = {
  type: "yarn",
  theta: 10_000,
  betaFast: 32,
  betaSlow: 1,
  originalPositions: 4096,
  scoreFactor: 1,
} as const;
const LONG = {
  type: "longrope",
  theta: 10_000,
  shortFactors: Array.from({ length: 48 }, (_, i) => 1 + 0.01 * i),
  longFactors: Array.from({ length: 48 }, (_, i) => 1 + 0.5 * i),
  originalPositions: 2000,
  amplitude: 1.2451010848578508,
} as const;
const LLAMA = { width: 128, indices: [0, 5, 17, 30, 40, 63] };
const LATENT = { width: 64, indices: [0, 8, 12, 18, 22, 31] };
const PHI = { width: 96, indices: [0, 3, 10, 20, 35, 47] };

const CASES: Record<
  keyof typeof TRANSFORMERS,
  { rope: RopeConfig; width: number; indices: number[]; length?: number }
> = {
  default: { ...LLAMA, rope: { type: "default", theta: 1e6 } },
  llama3: {
    ...LLAMA,
    rope: {
      type: "llama3",
      theta: 500_000,
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalPositions: 8192,
    },
  },
  linear: { ...LLAMA, rope: { type: "linear", theta: 10_000, factor: 4 } },
  yarn: { ...LATENT, rope: { ...YARN, factor: 40, truncate: true, amplitude: 0.9210423553163399 } },
  yarnUntruncated: { ...LATENT, rope: { ...YARN, factor: 4, truncate: false, amplitude: 1.138629436111989 } },
  long: { ...PHI, rope: LONG },
  // One token more than the original window, and the long factors are due.
  short: { ...PHI, rope: { ...LONG, originalPositions: 1999 }, length: 1999 },
};

test.each(Object.keys(CASES) as (keyof typeof CASES)[])("%s tables equal those of transformers", (name) => {
  const { rope, width, indices, length = 2048 } = CASES[name];
  const { cos, sin } = ropeTables(rope, width, length);
  expect(cos).toHaveLength((length * width) / 2);
  [1, 777, length - 1].forEach((position, p) => {
    indices.forEach((index, i) => {
      const at = (position * width) / 2 + index;
      expect(cos[at]).toBeCloseTo(TRANSFORMERS[name][p]![2 * i]!, 5);
      expect(sin[at]).toBeCloseTo(TRANSFORMERS[name][p]![2 * i + 1]!, 5);
    });
  });
});

test("one token more than the original window takes the long factors", () => {
  const short = ropeTables({ ...LONG, originalPositions: 20 }, 96, 20);
  const long = ropeTables({ ...LONG, originalPositions: 20 }, 96, 21);
  expect(long.cos[48 + 10]).not.toBe(short.cos[48 + 10]);
});
