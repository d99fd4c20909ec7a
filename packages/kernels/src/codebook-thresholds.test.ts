import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codebookThresholds } from "./codebook-thresholds.ts";

/** First index of the smallest float32 distance: the rule that the thresholds stand for. */
function nearest(x: number, levels: Float32Array): number {
  const distances = [...levels].map((level) => Math.fround(Math.abs(x - level)));
  return distances.indexOf(Math.min(...distances));
}

describe("codebookThresholds", () => {
  it("counts to the nearest level with ties to the lower", () => {
    const sixtyFourth = fc.integer({ min: -256, max: 256 });
    const value = fc.float({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.uniqueArray(sixtyFourth, { minLength: 2, maxLength: 16 }), value, (set, x) => {
        const levels = Float32Array.from(set, (n) => n / 64).sort();
        const thresholds = codebookThresholds(levels);
        for (const point of [x, ...thresholds, ...levels]) {
          const code = thresholds.reduce((count, t) => count + (point > t ? 1 : 0), 0);
          expect(code).toBe(nearest(point, levels));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes values whose two distances round to the same float32 for ties", () => {
    expect([...codebookThresholds(Float32Array.of(-1, -0.5, 0.5))]).toEqual([-0.75, 2 ** -26]);
  });
});
