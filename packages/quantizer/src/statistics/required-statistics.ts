import { missingStatistics, statisticsShape } from "../messages.ts";
import type { LayerStatistics, QuantizeContext } from "../types.ts";

type Statistic = Exclude<keyof LayerStatistics, "tokens">;

/**
 * The statistics that a calibrated method reads, present and of the weight's width.
 *
 * @throws BenchError `missing-statistics`, `statistics-shape`
 */
export function requiredStatistics<K extends Statistic>(
  method: string,
  cols: number,
  { statistics }: QuantizeContext,
  names: readonly K[],
): LayerStatistics & Required<Pick<LayerStatistics, K>> {
  const missing = names.filter((name) => statistics?.[name] === undefined);
  if (!statistics || missing.length > 0) throw missingStatistics(method, missing);
  for (const name of names) {
    const value = statistics[name]!;
    const width = "cols" in value ? value.cols : value.length;
    if (width !== cols) throw statisticsShape(method, name, width, cols);
  }
  return statistics as LayerStatistics & Required<Pick<LayerStatistics, K>>;
}
