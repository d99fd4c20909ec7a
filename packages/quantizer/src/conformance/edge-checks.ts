import { strict as assert } from "node:assert";
import type { Matrix } from "@sinqbench/tensor";
import { errorBound } from "./accuracy-checks.ts";
import { attempt, type ConformanceCheck, GROUP, type Subject } from "./check.ts";
import { fill, gaussian, relativeError, withValues } from "./matrices.ts";

const ROWS = 64;
const COLS = 3 * GROUP;
/** Smallest spread that the published rules tell from 0. */
const SPREAD_FLOOR = 1e-4;
/** A column scale of 10 and more multiplies that spread, or the float16 denormal that its scale is stored as. */
const CONSTANT_ERROR = 0.1;

function assertClose(weight: Matrix, decoded: Float32Array, relative: number, what: string): void {
  for (let i = 0; i < decoded.length; i++) {
    const error = Math.abs(decoded[i] - weight.data[i]);
    const allowed = relative * Math.abs(weight.data[i]) + SPREAD_FLOOR;
    assert.ok(error <= allowed, `${what}: weight ${weight.data[i]} (index ${i}) decodes to ${decoded[i]}`);
  }
}

/** Weights that break a careless division or overflow a narrow type. */
export function edgeChecks(subject: Subject): ConformanceCheck[] {
  const { bits: widths } = subject.quantizer.info;
  const overBits = (weight: Matrix, check: (decoded: Float32Array, bits: number) => void) => {
    for (const bits of widths) {
      const { decoded } = attempt(subject, weight, bits);
      assert.ok(decoded.every(Number.isFinite), `${bits} bits: not all decoded weights are finite`);
      check(decoded, bits);
    }
  };
  const zeros = fill(ROWS, COLS, () => 0);
  const checks: ConformanceCheck[] = [
    {
      name: "an all-zero matrix stays zero",
      run: () => overBits(zeros, (decoded) => assert.deepEqual(decoded, zeros.data)),
    },
    {
      name: "denormals decode to next to nothing",
      run() {
        const weight = fill(
          ROWS,
          COLS,
          (i, j) => ((i * COLS + j) % 7 === 0 ? -1 : 1) * 1.4e-45 * (1 + ((i + j) % 100)),
        );
        overBits(weight, (decoded, bits) => assertClose(weight, decoded, 0, `${bits} bits`));
      },
    },
    {
      name: "huge weights are decoded or refused, never NaN",
      run() {
        for (const size of [1e6, 1e30, 3e38]) {
          const weight = fill(ROWS, COLS, (i, j) => (((i * 31 + j * 17) % 64) / 32 - 1) * size);
          for (const bits of widths) assertFiniteOrRefused(subject, weight, bits);
        }
      },
    },
  ];
  // 8-bit zeros share one range over the matrix: rows of other kinds are lossy by design, so only finite is asked of them.
  const exact = subject.aux !== "u8";
  const mixed = gaussian(ROWS, COLS, 4);
  for (let j = 0; j < COLS; j++) {
    mixed.data[5 * COLS + j] = 0;
    mixed.data[6 * COLS + j] = 0.3;
    mixed.data[7 * COLS + j] = 1e-42;
  }
  checks.push(
    {
      name: "constant rows of any size come back",
      run() {
        // A rotation gathers a constant row in one place, so large that no f16 scale holds it.
        const rotates = attempt(subject, zeros, widths[0]).encoded.inputTransform !== undefined;
        for (const size of [0.001, 0.02, 0.3, 1, 1000, ...(rotates ? [] : [20_000])]) {
          const weight = fill(ROWS, COLS, (i) => size * [1, -2, 3][i % 3]);
          overBits(weight, (decoded, bits) => exact && assertClose(weight, decoded, CONSTANT_ERROR, `${bits} bits`));
        }
      },
    },
    {
      name: "zero rows among others stay zero",
      run() {
        overBits(mixed, (decoded, bits) => {
          if (!exact) return;
          const row = decoded.subarray(5 * COLS, 6 * COLS);
          assert.ok(
            row.every((value) => value === 0),
            `${bits} bits: the zero row decodes to ${row}`,
          );
          const denormal = decoded.subarray(7 * COLS, 8 * COLS);
          assert.ok(
            denormal.every((value) => Math.abs(value) <= SPREAD_FLOOR),
            `${bits} bits: the denormal row grows`,
          );
        });
      },
    },
    {
      name: "a single outlier is kept and does not spoil the rest",
      run() {
        const weight = withValues(gaussian(ROWS, COLS, 5), [[9, 11, 50]]);
        overBits(weight, (decoded, bits) => {
          const outlier = decoded[9 * COLS + 11];
          assert.ok(Math.abs(outlier - 50) <= 50 * errorBound(bits), `${bits} bits: outlier 50 decodes to ${outlier}`);
          if (!exact) return;
          const error = relativeError(weight, decoded, 10);
          assert.ok(error <= 3 * errorBound(bits), `${bits} bits: relative error of the other rows ${error}`);
        });
      },
    },
  );
  return checks;
}

function assertFiniteOrRefused(subject: Subject, weight: Matrix, bits: number): void {
  let decoded: Float32Array;
  try {
    ({ decoded } = attempt(subject, weight, bits));
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, "aux-overflow");
    return;
  }
  const error = relativeError(weight, decoded);
  assert.ok(error <= errorBound(bits), `${bits} bits, weights to ${weight.data[0]}: relative error ${error}`);
}
