import { describe, expect, it } from "vitest";
import { openEmulated } from "./cuda/testing/emulated.ts";
import { inspectNative } from "./native/build.ts";
import { referenceKernels } from "./reference/reference-kernels.ts";
import { copyRate, onDevice, timeProducts } from "./time-products.ts";
import type { DequantizeInput, Kernels } from "./types.ts";

const setting = { width: 64, tokens: 2, group: 32, pairs: 5, beyondBytes: 7000 };

/** Products that take one second, or three with a second scale, of a clock that only they move. */
function counted() {
  const seen: DequantizeInput[] = [];
  let time = 100;
  const kernels: Kernels = {
    ...referenceKernels,
    product(x, tokens, weight) {
      seen.push(weight);
      time += weight.columnScale ? 3 : 1;
      return referenceKernels.product(x, tokens, weight);
    },
  };
  return { seen, kernels, clock: () => time };
}

describe("timeProducts", () => {
  it("times both in turns, which of them first alternating", () => {
    const { seen, kernels, clock } = counted();
    const { plain, scaled } = timeProducts(kernels, setting, clock);
    expect(plain).toEqual([1, 1, 1, 1, 1]);
    expect(scaled).toEqual([3, 3, 3, 3, 3]);
    const order = seen.map(({ columnScale }) => (columnScale ? "t" : "-")).join("");
    // One of each is not counted: the first call of a kernel wakes threads.
    expect(order).toBe(`-t${"-tt-"}${"-tt-"}-t`);
  });

  it("takes another matrix each time, all alike", () => {
    const { seen, kernels, clock } = counted();
    timeProducts(kernels, setting, clock);
    // 64 x 64 codes and 2 x 128 floats: 3072 bytes, of which three exceed what was asked for.
    const distinct = new Set(seen.map(({ codes }) => codes.buffer));
    expect(distinct.size).toBe(3);
    for (const [i, { codes }] of seen.entries()) {
      expect(codes).toEqual(seen[0].codes);
      if (i > 0) expect(codes.buffer).not.toBe(seen[i - 1].codes.buffer);
    }
  });

  it("counts what must be read and written", () => {
    const { kernels, clock } = counted();
    expect(timeProducts(kernels, { ...setting, pairs: 1 }, clock).bytes).toBe(2048 + 2 * 4 * 128 + 2 * 2 * 4 * 64);
  });
});

it("copies at some rate", () => {
  expect(copyRate(referenceKernels, 1)).toBeGreaterThan(0);
});

describe.skipIf(inspectNative().compiler === null)("products on a device", () => {
  it("are timed there, without and with the second scale", () => {
    const run = onDevice(openEmulated(), { width: 64, tokens: 1 });
    for (const second of [false, true]) expect(run(second)).toBeGreaterThan(0);
  });
});
