import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { decodeDynamic8, dynamicLevels, encodeDynamic8 } from "./aux-dynamic8.ts";

describe("dynamicLevels", () => {
  const levels = dynamicLevels();

  it("are 256 ascending values, of both signs but for 0 and 1", () => {
    expect(levels.length).toBe(256);
    expect(levels.every((level, i) => i === 0 || level > levels[i - 1])).toBe(true);
    expect([...levels].filter((level) => !levels.includes(-level))).toEqual([1]);
  });

  it("have twice as many values in each decade, halfway between equal steps", () => {
    const within = (low: number, high: number) => [...levels].filter((level) => level > low && level < high);
    for (let i = 0; i < 7; i++) expect(within(10 ** (i - 7), 10 ** (i - 6)).length).toBe(2 ** i);
    expect(within(1e-7, 1e-6)[0]).toBeCloseTo(0.55e-6, 12);
    expect(within(1e-6, 1e-5).map((level) => level * 1e6)).toEqual([expect.closeTo(3.25, 5), expect.closeTo(7.75, 5)]);
    expect(within(0.1, 0.999)[0]).toBeCloseTo(0.1 + 0.45 / 64, 6);
  });
});

describe("encodeDynamic8", () => {
  const values = seededRandom(5).fillNormal(new Float32Array(600), 0.1, 3);

  it("keeps the mean, and the largest difference from it in every block of 256", () => {
    const aux = encodeDynamic8(values, [20, 30]);
    expect(aux.shape).toEqual([20, 30]);
    expect(aux.offset[0]).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 600, 5);
    const blocks = [values.slice(0, 256), values.slice(256, 512), values.slice(512)];
    blocks.forEach((block, i) => {
      const largest = Math.max(...block.map((value) => Math.abs(value - aux.offset[0])));
      expect(aux.blockMax[i]).toBeCloseTo(largest, 6);
    });
    expect(aux.blockMax.length).toBe(3);
  });

  it("takes the nearest level", () => {
    const aux = encodeDynamic8(values, [600]);
    const decoded = decodeDynamic8(aux);
    for (let i = 0; i < 600; i++) {
      const all = aux.levels.map((level) => Math.abs(level * aux.blockMax[i >> 8] + aux.offset[0] - values[i]));
      expect(Math.abs(decoded[i] - values[i])).toBeLessThanOrEqual(Math.min(...all) + 1e-6);
    }
  });

  it("takes the lower of two levels that are equally near", () => {
    const levels = dynamicLevels();
    const halves = [...levels.keys()].slice(0, -1).map((k) => ({ k, x: Math.fround((levels[k] + levels[k + 1]) / 2) }));
    const ties = halves.filter(({ k, x }) => Math.fround(x - levels[k]) === Math.fround(levels[k + 1] - x));
    expect(ties.length).toBeGreaterThan(10);
    for (const { k, x } of ties) expect(encodeDynamic8(Float32Array.of(1, -1, x, -x), [4]).data[2]).toBe(k);
  });

  it("gives equal values back", () => {
    expect(decodeDynamic8(encodeDynamic8(new Float32Array(300).fill(0.25), [300]))).toEqual(
      new Float32Array(300).fill(0.25),
    );
    expect(decodeDynamic8(encodeDynamic8(new Float32Array(4), [4]))).toEqual(new Float32Array(4));
  });
});
