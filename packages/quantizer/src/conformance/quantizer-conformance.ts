import type { Kernels } from "@sinqbench/kernels";
import type { AuxPrecision, LayerStatistics, Quantizer } from "../types.ts";
import { accuracyChecks, shapeChecks } from "./accuracy-checks.ts";
import { blockChecks } from "./block-checks.ts";
import type { ConformanceCheck, Subject } from "./check.ts";
import { edgeChecks } from "./edge-checks.ts";
import { encodingChecks } from "./encoding-checks.ts";
import { refusalChecks } from "./refusal-checks.ts";

export type { ConformanceCheck } from "./check.ts";

/** What the checks run on. */
export interface ConformanceOptions {
  readonly kernels: Kernels;
  /** Implementations and thread counts that must give the same bytes. */
  readonly others?: readonly Kernels[];
}

const auxPrecisions: readonly AuxPrecision[] = ["f32", "f16", "u8"];

/**
 * What every quantizer must hold, as named checks for each of its tilings and every aux precision, and of its block step if it has
 * one; independent of a test framework. In a spec:
 *
 *     describe.each([rtn])("$info.id", (quantizer) => {
 *       it.each(quantizerConformance(quantizer, { kernels }))("$name", ({ run }) => run());
 *     });
 */
export function quantizerConformance(
  quantizer: Quantizer,
  { kernels, others = [] }: ConformanceOptions,
): ConformanceCheck[] {
  const statistics = new Map<number, LayerStatistics>();
  const perMatrix = quantizer.info.tilings.flatMap((tiling) =>
    auxPrecisions.flatMap((aux) => {
      const subject: Subject = { quantizer, aux, tiling, kernels, others, statistics };
      const checks = [encodingChecks, accuracyChecks, shapeChecks, edgeChecks, refusalChecks].flatMap((of) =>
        of(subject),
      );
      return checks.map(({ name, run }) => ({ name: `${tiling}, aux ${aux}: ${name}`, run }));
    }),
  );
  return [...perMatrix, ...blockChecks(quantizer, kernels, others)];
}
