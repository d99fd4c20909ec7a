import { type RoundingName, roundings } from "@sinqbench/quantizer";
import { invalidSinqOption } from "./messages.ts";

/** Settings of SINQ beyond the common ones. */
export interface SinqOptions {
  /** Steps of the Sinkhorn-style normalization. */
  readonly iterations: number;
  /** Bounds of the factor by which one step changes a row or column scale. */
  readonly stepMin: number;
  readonly stepMax: number;
  /** Stop a tile at the first step that makes its imbalance worse. */
  readonly earlyStop: boolean;
  /** How the normalized matrix is rounded. */
  readonly rounding: RoundingName;
}

const published: SinqOptions = { iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: true, rounding: "rtn" };

/** Named settings of SINQ. */
export const sinqPresets = {
  /** The published code at 38144fc, the commit that matches the paper; the default. */
  paper: published,
  /** Algorithm 1 as the paper prints it: all iterations, the best one kept. */
  "algorithm-1": { ...published, earlyStop: false },
} as const satisfies Readonly<Record<string, SinqOptions>>;

/** @throws BenchError `invalid-sinq-option` */
export function checkSinqOptions({ iterations, stepMin, stepMax, earlyStop, rounding }: SinqOptions): void {
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw invalidSinqOption("iterations", iterations, "a whole number of at least 1");
  }
  if (!(stepMin >= 1e-6 && stepMin <= 1)) throw invalidSinqOption("stepMin", stepMin, "a factor from 1e-6 to 1");
  if (!(stepMax >= 1 && stepMax <= 1e6)) throw invalidSinqOption("stepMax", stepMax, "a factor from 1 to 1e6");
  if (typeof earlyStop !== "boolean") throw invalidSinqOption("earlyStop", earlyStop, "true or false");
  if (!Object.hasOwn(roundings, rounding)) {
    throw invalidSinqOption("rounding", rounding, `one of ${Object.keys(roundings).join(", ")}`);
  }
}
