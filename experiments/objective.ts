import type { Experiment } from "@sinqbench/report";

/** Settings between plain rounding and all that normalization and calibration can do, for `exp objective`. */
export const objective = {
  methods: [
    "rtn",
    "sinq:iterations=2",
    "sinq:iterations=4",
    "sinq:iterations=8",
    "sinq",
    "sinq:iterations=32",
    "sinq:iterations=4,earlyStop=false",
    "sinq:earlyStop=false",
    "sinq:iterations=32,earlyStop=false",
    "sinq:tiling=2d",
    "sinq:code-2026-02,aux=f16",
    "awq-column",
    "asinq:aux=f16",
  ],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
} as const satisfies Pick<Experiment, "methods" | "bits" | "groupSize" | "tiling" | "aux">;
