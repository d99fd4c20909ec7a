import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference-kernels.ts";

const { inverseCholesky } = referenceKernels;

describe("inverseCholesky", () => {
  it("gives the upper factor of the inverse", () => {
    // H = A^T A + 1/2 for a fixed A of 7 columns.
    const n = 7;
    const a = Float64Array.from({ length: n * n }, (_, i) => Math.sin(i * i + 1));
    const h = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) h[i * n + j] += a[k * n + i] * a[k * n + j];
      }
      h[i * n + i] += 0.5;
    }
    const u = h.slice();
    expect(inverseCholesky(u, n)).toBe(true);
    for (let i = 0; i < n; i++) expect(u[i * n + i]).toBeGreaterThan(0);
    // U H U^T = 1
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = i; k < n; k++) for (let l = j; l < n; l++) sum += u[i * n + k] * h[k * n + l] * u[j * n + l];
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  });

  it("is 1 / sqrt(h) for one column", () => {
    const h = Float64Array.of(16);
    expect(inverseCholesky(h, 1)).toBe(true);
    expect(h[0]).toBe(0.25);
  });

  it("reads and writes the upper triangle only", () => {
    // H = R R^T for R = [2 3; 0 4]; U = R^-1 = [1/2 -3/8; 0 1/4].
    const h = Float64Array.of(13, 12, Number.NaN, 16);
    expect(inverseCholesky(h, 2)).toBe(true);
    expect([...h]).toEqual([0.5, -0.375, Number.NaN, 0.25]);
  });

  it.each([
    ["a zero", [0]],
    ["a negative", [-1]],
    ["an infinity", [Number.POSITIVE_INFINITY]],
    ["no number", [Number.NaN]],
    ["too large a second moment beside it", [1, 2, 2, 4]],
  ])("says where it is not positive definite: %s", (_, values) => {
    expect(inverseCholesky(Float64Array.from(values), Math.sqrt(values.length))).toBe(false);
  });
});
