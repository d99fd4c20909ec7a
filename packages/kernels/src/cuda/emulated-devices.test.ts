import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectNative } from "../native/build.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import type { RoundOptions } from "../types.ts";
import { cudaKernels } from "./cuda-kernels.ts";
import { type EmulatedLibrary, emulatedH100, openEmulated } from "./testing/emulated.ts";
import { sinkhornChecks } from "./testing/sinkhorn-checks.ts";
import { drawWeights } from "./testing/weights.ts";

const tallTiles = sinkhornChecks.find(({ name }) => /tall tiles/.test(name))!;

describe.skipIf(inspectNative().compiler === null)("CUDA kernels on emulated devices", () => {
  let library: EmulatedLibrary;
  beforeAll(() => {
    library = openEmulated();
  });
  afterAll(() => library.setDevice(emulatedH100));

  it.each([
    ["clusters of a tile that one block could hold", emulatedH100, 8],
    ["clusters of sixteen", { ...emulatedH100, shared: 18 << 10 }, 16],
    ["a cooperative grid that holds its tiles", { ...emulatedH100, major: 8, shared: 32 << 10 }, 16],
    ["a cooperative grid that reads its rows again", { ...emulatedH100, major: 8, shared: 10 << 10 }, 16],
    [
      "single blocks that read their rows again",
      { ...emulatedH100, major: 8, shared: 24 << 10, multiprocessors: 1 },
      1,
    ],
  ])("normalize in %s", (_, device, together) => {
    library.setDevice(device);
    library.together();
    tallTiles.run(library);
    expect(library.together()).toBe(together);
  });

  it("take smaller pieces where memory is short, and say what failed where there is none", () => {
    const [rows, cols] = [120, 512];
    const weight = drawWeights("normal", rows * cols, 1);
    const kernels = cudaKernels(library, "test", referenceKernels);
    const tile = { tileRows: rows, tileCols: 64, iterations: 3, stepMin: 0.7, stepMax: 2, earlyStop: true };
    const round: RoundOptions = { scheme: "asymmetric", bits: 4, group: 64, zeroLimit: 65_504 };
    const solver = { bits: 4, group: 64, iterations: 5, lpNorm: 0.7, beta: 10, roundZero: false, zeroLimit: 65_504 };
    const all = (k: typeof kernels) => [
      k.sinkhorn(weight, rows, cols, tile),
      k.round(weight, rows, cols, round),
      k.hqq(weight, rows, cols, { ...solver, keep: "last", tileRows: rows }),
      k.hqq(weight, rows, cols, { ...solver, keep: "best", tileRows: 10 }),
      k.hadamard(weight, rows, cols, 512),
      k.roundedError(weight.slice(0, 2 * cols), 2, weight, rows, cols, round, "l1"),
    ];
    const expected = all(referenceKernels);
    library.settings({ version: 0, piece: 0, poison: true });
    // The matrix alone takes 245,760 bytes.
    library.setDevice({ ...emulatedH100, memory: 200_000 });
    expect(all(kernels)).toEqual(expected);
    library.setDevice({ ...emulatedH100, memory: 2000 });
    expect(() => kernels.round(weight, rows, cols, round)).toThrow(
      expect.objectContaining({
        code: "out-of-memory",
        message: expect.stringMatching(/^round on the GPU: cudaMalloc of \d+ bytes: out of memory; .+--kernels cpu\.$/),
      }),
    );
    // What failed leaves nothing behind.
    library.setDevice(emulatedH100);
    expect(all(kernels)).toEqual(expected);
  });

  it("say so where an argument cannot be right", () => {
    const given = [
      new Uint8Array(8),
      1,
      16,
      4,
      new Float32Array(4),
      new Float32Array(4),
      null,
      new Float32Array(16),
      0,
      1,
    ];
    expect(library.call("kernels_cuda_product", ...given, new Float32Array(1))).toBe(3);
  });
});

describe.skipIf(inspectNative().compiler === null)("the emulation", () => {
  const library = openEmulated();

  it("finds nothing wrong with what is right", () => {
    expect(library.fault(0)).toBe("");
  });

  it.each([
    [1, "a barrier that half of the threads reach", /wait for others that never come/],
    [2, "barriers in two branches", /wait at lines \d+ and \d+/],
    [3, "a shuffle from which a lane is missing", /wait for others that never come/],
    [4, "a missing barrier", /nobody wrote/],
  ])("notices mistake %i: %s", (number, _, said) => {
    expect(library.fault(number)).toMatch(said);
  });

  it("goes on after a mistake", () => {
    library.fault(1);
    expect(library.fault(0)).toBe("");
  });
});
