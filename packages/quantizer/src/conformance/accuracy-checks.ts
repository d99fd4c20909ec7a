import { strict as assert } from "node:assert";
import { attempt, type ConformanceCheck, configOf, contextOf, GROUP, type Subject } from "./check.ts";
import { gaussian, relativeError, uneven } from "./matrices.ts";

/** Error that any rounding of normal weights stays below: twice that of 2^bits - 3 levels over eight deviations. */
export function errorBound(bits: number): number {
  return 3.5 / 2 ** bits;
}

/** The error is what the bits allow. */
export function accuracyChecks(subject: Subject): ConformanceCheck[] {
  const { bits: widths } = subject.quantizer.info;
  const weight = gaussian(64, 3 * GROUP);
  const checks: ConformanceCheck[] = [
    {
      name: `${widths.join(", ")} bits are as close as they can be${widths.includes(8) ? ": 8 bits nearly lossless" : ""}`,
      run() {
        for (const bits of widths) {
          const error = relativeError(weight, attempt(subject, weight, bits).decoded);
          assert.ok(error <= errorBound(bits), `${bits} bits: relative error ${error}`);
          assert.ok(error > 0, `${bits} bits: no error at all`);
        }
      },
    },
  ];
  if (widths.length > 1) {
    checks.push({
      name: "error falls as bits rise",
      run() {
        for (const matrix of [weight, uneven(64, 3 * GROUP)]) {
          let last = Number.POSITIVE_INFINITY;
          for (const bits of widths.toSorted((a, b) => a - b)) {
            const error = relativeError(matrix, attempt(subject, matrix, bits).decoded);
            assert.ok(error < 0.8 * last, `${bits} bits: relative error ${error} after ${last}`);
            last = error;
          }
        }
      },
    });
  }
  return checks;
}

/** Widths and heights that do not suit the group. */
export function shapeChecks(subject: Subject): ConformanceCheck[] {
  const { quantizer, aux } = subject;
  const shapes: readonly (readonly [rows: number, cols: number, group: number])[] = [
    [64, 3 * GROUP + 16, 16],
    [64, 16, 16],
    [64, GROUP, GROUP],
    [32, 3 * GROUP, GROUP],
    // 8-bit scales come in multiples of 32.
    ...(aux === "u8"
      ? []
      : ([
          [1, 3 * GROUP, GROUP],
          [GROUP + 1, GROUP, GROUP],
          [70, 5 * GROUP, GROUP],
        ] as const)),
  ];
  const checks: ConformanceCheck[] = [
    {
      name: "widths that the group does not divide, single rows and short last tiles",
      run() {
        for (const [rows, cols, group] of shapes) {
          const weight = gaussian(rows, cols);
          for (const bits of quantizer.info.bits) {
            const { encoded, decoded } = attempt(subject, weight, bits);
            // A width that the group does not divide is nothing to groups that run on across rows.
            assert.equal(encoded.group, quantizer.info.grouping === "flat" ? GROUP : group, `${rows} x ${cols}`);
            const error = relativeError(weight, decoded);
            assert.ok(error <= errorBound(bits), `${rows} x ${cols}, ${bits} bits: relative error ${error}`);
          }
        }
      },
    },
  ];
  if (quantizer.info.grouping !== "flat") {
    checks.push({
      name: "a width that no group fits is refused",
      run() {
        const bits = quantizer.info.bits[0];
        const weight = gaussian(32, 40);
        assert.throws(() => quantizer.quantize(weight, configOf(subject, bits), contextOf(subject, weight.cols)), {
          code: "group-does-not-fit",
        });
      },
    });
  }
  return checks;
}
