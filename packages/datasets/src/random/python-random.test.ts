import { describe, expect, it } from "vitest";
import { pythonRandom } from "./python-random.ts";

/** What Python 3.11 draws after `random.seed(seed)`. */
const drawn = [
  [0, 0, 45_575, [25_247, 27_562, 2653, 16_968, 33_506]],
  // A power of two: one bit more is drawn, and half of the draws are thrown away.
  [7, -3, 4, [2, -1, 3, -3, -2, -2, 2, -3, 0, -3, -2, 3]],
  // Seeds of two words.
  [2 ** 53 - 1, 0, 1_000_000, [98_828, 587_856, 233_700, 789_141]],
  [2 ** 32, 1, 2 ** 31, [485_306_840, 1_508_871_101, 1_794_561_287, 71_624_476]],
  [42, 0, 2 ** 32 - 2, [2_746_317_213, 478_163_327, 107_420_369, 3_184_935_163]],
] as const;

describe("pythonRandom", () => {
  it.each(drawn)("draws with seed %d from %d to %d what Python draws", (seed, low, high, expected) => {
    const random = pythonRandom(seed);
    expect(expected.map(() => random.randint(low, high))).toEqual(expected);
  });

  it("goes on after its 624 words are used up", () => {
    const random = pythonRandom(0);
    for (let i = 0; i < 2005; i++) random.randint(0, 45_575);
    expect(Array.from({ length: 5 }, () => random.randint(0, 45_575))).toEqual([31_607, 15_050, 7266, 19_444, 9245]);
  });

  it("knows a range of one value", () => {
    expect(pythonRandom(3).randint(5, 5)).toBe(5);
  });

  it.each([
    [3, 2],
    [0, 2 ** 32 - 1],
    [0.5, 2],
    [0, Number.NaN],
  ])("refuses the range %d to %d", (low, high) => {
    expect(() => pythonRandom(0).randint(low, high)).toThrow(RangeError);
  });
});
