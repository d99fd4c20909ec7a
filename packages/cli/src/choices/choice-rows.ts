import { accuracy, flipRate, logLikelihoods, type Predictions, predictions, type Share } from "@sinqbench/choices";
import type { EvaluationInput } from "@sinqbench/datasets";
import type { VariantResult } from "@sinqbench/evaluate";
import type { ChoiceRow } from "@sinqbench/report";
import { shortHash, sizeColumns, variantColumns } from "../rows.ts";
import type { TaskInputs } from "./choice-inputs.ts";

/**
 * One row per variant and task; flips are counted against the bf16 variant of the same run, which must be there.
 *
 * @param results losses of all tasks' sets one after the other
 */
export function choiceRows(
  model: string,
  results: readonly VariantResult[],
  tasks: readonly TaskInputs[],
  calibration?: EvaluationInput,
): ChoiceRow[] {
  const baseline = results.find(({ variant }) => variant.quantizer === null)!;
  const starts = tasks.map((_, i) => tasks.slice(0, i).reduce((sum, { inputs }) => sum + inputs.length, 0));
  const chosen = ({ nll }: VariantResult, at: number): Predictions => {
    const { windows, inputs } = tasks[at];
    return predictions(windows.items, logLikelihoods(windows, nll.slice(starts[at], starts[at] + inputs.length)));
  };
  const unquantized = tasks.map((_, at) => chosen(baseline, at));
  return results.flatMap((result) =>
    tasks.map(({ task, windows: { items }, itemsSha256, tokensSha256 }, at): ChoiceRow => {
      const { plain, normalized } = chosen(result, at);
      const [right, rightNormalized] = [percent(accuracy(items, plain)), percent(accuracy(items, normalized))];
      const flips = percent(flipRate(plain, unquantized[at].plain));
      return {
        model,
        ...variantColumns(result, calibration),
        task: task.name,
        items: items.length,
        accuracy: right.value,
        accuracy_se: right.se,
        accuracy_norm: rightNormalized.value,
        accuracy_norm_se: rightNormalized.se,
        flip_rate: flips.value,
        flip_rate_se: flips.se,
        ...sizeColumns(result),
        items_sha256: shortHash(itemsSha256),
        tokens_sha256: shortHash(tokensSha256),
      };
    }),
  );
}

function percent({ value, se }: Share): Share {
  return { value: 100 * value, se: se === null ? null : 100 * se };
}
