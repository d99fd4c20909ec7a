import type { EvaluationInput } from "@sinqbench/datasets";
import { expect, it } from "vitest";
import { chooseVariants } from "../variants.ts";
import { quantizationTimeRows } from "./quantization-time-rows.ts";
import type { MethodTime } from "./time-method.ts";

const machine = { processor: "Some CPU", threads: 2, kernels: "C++" };
const calibration = { name: "moby-dick", windows: { count: 8, length: 64 } } as unknown as EvaluationInput;
const settings = { groupSize: 64, tiling: "1d", aux: "f16" } as const;

function rows(methods: string[], bits: number[], times: Partial<MethodTime>[]) {
  const timed = chooseVariants({ methods, bits, ...settings }, () => {}).map((variant, i) => ({
    variant,
    time: { weights: 1000, seconds: [1], calibrationSeconds: 0, statisticsSeconds: 0, ...times[i] },
  }));
  return quantizationTimeRows("tiny", timed, calibration, machine);
}

it("are means with standard deviations over repeats, beside RTN's", () => {
  const [rtn, asinq] = rows(
    ["rtn", "asinq:aux=u8,iterations=4"],
    [4],
    [{ seconds: [1, 3] }, { seconds: [4, 6, 8], calibrationSeconds: 10, statisticsSeconds: 4 }],
  );
  expect(rtn).toEqual({
    ...{
      model: "tiny",
      method: "rtn",
      bits: 4,
      group_size: 64,
      tiling: "1d",
      aux: "f16",
      options: null,
      calibration: null,
    },
    ...machine,
    ...{
      repeats: 2,
      weights: 1000,
      seconds: 2,
      seconds_std: Math.SQRT2,
      calibration_seconds: 0,
      statistics_seconds: 0,
    },
    ...{ weights_per_second: 500, times_rtn: 1, times_rtn_calibrated: 1 },
  });
  expect(asinq).toMatchObject({
    ...{
      aux: "u8",
      options: "iterations=4",
      calibration: "8 x 64 tokens of moby-dick",
      repeats: 3,
      seconds: 6,
      seconds_std: 2,
    },
    ...{ times_rtn: 3, times_rtn_calibrated: 10 },
  });
});

it("stand beside RTN of the same bits, and beside nothing where it was not timed", () => {
  const both = rows(["rtn", "sinq"], [3, 4], [{ seconds: [1] }, { seconds: [3] }, { seconds: [2] }, { seconds: [8] }]);
  expect(both.map((row) => [row.bits, row.method, row.times_rtn])).toEqual([
    [3, "rtn", 1],
    [3, "sinq", 3],
    [4, "rtn", 1],
    [4, "sinq", 4],
  ]);
  const [alone] = rows(["sinq"], [4], [{}]);
  expect(alone).toMatchObject({ seconds_std: null, times_rtn: null, times_rtn_calibrated: null });
});
