import { describe, expect, it } from "vitest";
import { seededRandom } from "./seeded-random.ts";
import { xoshiro128 } from "./xoshiro128.ts";

describe("xoshiro128", () => {
  it("gives the published sequence", () => {
    const next = xoshiro128(1, 2, 3, 4);
    expect(Array.from({ length: 10 }, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe("seededRandom", () => {
  it("repeats for a seed and differs between seeds", () => {
    const draw = (seed: number) => seededRandom(seed).fillNormal(new Float32Array(8));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(0).every(Number.isFinite)).toBe(true);
  });

  it("keeps its numbers from version to version, because results depend on them", () => {
    const random = seededRandom(42);
    expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
      [
        2837322924,
        544945897,
        479756282,
      ]
    `);
    expect([random.uniform(), random.normal(), random.normal()]).toMatchInlineSnapshot(`
      [
        0.814939410083783,
        -2.0178145731381902,
        -0.29276559441372163,
      ]
    `);
  });

  it("draws uniform numbers in [0, 1) and whole numbers below their bound", () => {
    const random = seededRandom(1);
    const counts = new Array<number>(6).fill(0);
    let sum = 0;
    for (let i = 0; i < 60_000; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      sum += value;
      counts[random.integer(6)]++;
    }
    expect(sum / 60_000).toBeCloseTo(0.5, 2);
    expect(counts.every((count) => Math.abs(count - 10_000) < 500)).toBe(true);
  });

  it("fills with normal variates of the mean and deviation asked for", () => {
    const values = seededRandom(3).fillNormal(new Float32Array(200_000), 0.02, 1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const moment = (power: number) =>
      values.reduce((sum, value) => sum + ((value - mean) / 0.02) ** power, 0) / values.length;
    expect(mean).toBeCloseTo(1, 3);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });
});
