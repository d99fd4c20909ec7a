import type { Matrix } from "@sinqbench/tensor";
import type { LayerStatistics, StatisticsNeeds } from "../types.ts";
import { ActivationCollector } from "./activation-collector.ts";

/**
 * Statistics of a layer's inputs that lie in memory, one token per row: for a bare matrix whose activations come from a file.
 *
 * @throws BenchError `non-finite-activation`
 */
export function activationStatistics({ rows, cols, data }: Matrix, needs: StatisticsNeeds): LayerStatistics {
  const collector = new ActivationCollector(cols, rows, [needs]);
  collector.add(data);
  collector.secondMoment?.addRows(data);
  return collector.statistics(needs);
}
