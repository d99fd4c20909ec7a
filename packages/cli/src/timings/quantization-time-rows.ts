import type { EvaluationInput } from "@sinqbench/datasets";
import type { Variant } from "@sinqbench/evaluate";
import type { QuantizationTimeRow } from "@sinqbench/report";
import type { MethodTime } from "./time-method.ts";

export interface TimedVariant {
  readonly variant: Variant;
  readonly time: MethodTime;
}

type Machine = Pick<QuantizationTimeRow, "processor" | "threads" | "kernels">;

/** Rows of one model's methods, each beside RTN at the same bits where that was timed. */
export function quantizationTimeRows(
  model: string,
  timed: readonly TimedVariant[],
  calibration: EvaluationInput | undefined,
  machine: Machine,
): QuantizationTimeRow[] {
  return timed.map(({ variant, time }) => {
    const { quantizer, config, options = null } = variant;
    const { bits, groupSize, tiling, aux } = config!;
    const seconds = mean(time.seconds);
    const rtn = timed.find(
      (other) => other.variant.quantizer!.info.id === "rtn" && other.variant.config!.bits === bits,
    );
    const reference = rtn ? mean(rtn.time.seconds) : null;
    const learnt = quantizer!.needs ? calibration : undefined;
    const all = seconds + time.calibrationSeconds + time.statisticsSeconds;
    return {
      ...{ model, method: quantizer!.info.id, bits, group_size: groupSize, tiling, aux, options },
      calibration: learnt ? `${learnt.windows.count} x ${learnt.windows.length} tokens of ${learnt.name}` : null,
      ...machine,
      repeats: time.seconds.length,
      weights: time.weights,
      seconds,
      seconds_std: standardDeviation(time.seconds),
      calibration_seconds: time.calibrationSeconds,
      statistics_seconds: time.statisticsSeconds,
      weights_per_second: time.weights / seconds,
      times_rtn: reference === null ? null : seconds / reference,
      times_rtn_calibrated: reference === null ? null : all / reference,
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Unbiased; null of a single value. */
function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
