import { strict as assert } from "node:assert";
import type { Matrix } from "@sinqbench/tensor";
import type { AuxPrecision, QuantizeConfig, Tiling } from "../types.ts";
import { type ConformanceCheck, configOf, contextOf, GROUP, type Subject } from "./check.ts";
import { gaussian, withValues } from "./matrices.ts";

/** What cannot be quantized is refused with an error that names it. */
export function refusalChecks(subject: Subject): ConformanceCheck[] {
  const { quantizer } = subject;
  const { info } = quantizer;
  const good = configOf(subject, info.bits[0]);
  const weight = gaussian(64, 3 * GROUP);
  const refuses = (code: string, matrix: Matrix, change: Partial<QuantizeConfig>, message = /./) =>
    assert.throws(() => quantizer.quantize(matrix, { ...good, ...change }, contextOf(subject, matrix.cols)), {
      name: "BenchError",
      code,
      message,
    });
  const checks: ConformanceCheck[] = [
    {
      name: "NaN and infinity are refused by place and value",
      run() {
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const spoilt = withValues(weight, [
            [60, 2, value],
            [3, 17, value],
          ]);
          refuses("non-finite-weight", spoilt, {}, new RegExp(`row 3, column 17 .*${value}`));
        }
      },
    },
    {
      name: "settings that it is not defined for are refused",
      run() {
        for (const bits of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 2.5, Number.NaN]) {
          if (!info.bits.includes(bits))
            refuses("unsupported-bits", weight, { bits }, new RegExp(`${info.id}.*${bits} bits`));
        }
        for (const groupSize of [0, -GROUP, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          refuses("invalid-group-size", weight, { groupSize });
        }
        for (const tiling of ["1d", "2d", "3d"] as Tiling[]) {
          if (!info.tilings.includes(tiling)) refuses("unsupported-tiling", weight, { tiling });
        }
        refuses("unsupported-aux", weight, { aux: "bf16" as AuxPrecision });
      },
    },
    {
      name: "a matrix without all its values is refused",
      run() {
        refuses("weight-shape", { ...weight, rows: 65 }, {});
        refuses("weight-shape", { rows: 0, cols: GROUP, data: new Float32Array(0) }, {});
      },
    },
  ];
  if (quantizer.needs) {
    checks.push({
      name: "missing statistics, and those of another layer, are refused",
      run() {
        const { kernels } = subject;
        assert.throws(() => quantizer.quantize(weight, good, { kernels }), {
          name: "BenchError",
          code: "missing-statistics",
          message: new RegExp(`^${info.id} needs .*--calibration`),
        });
        assert.throws(() => quantizer.quantize(weight, good, contextOf(subject, 2 * GROUP)), {
          name: "BenchError",
          code: "statistics-shape",
        });
      },
    });
  }
  return checks;
}
