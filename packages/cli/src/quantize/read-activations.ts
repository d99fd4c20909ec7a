import { activationStatistics, type LayerStatistics, type StatisticsNeeds } from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { activationsMissing, badActivations, needlessActivations } from "../messages.ts";
import type { Session } from "../session.ts";

/** What a calibrated method is told of a matrix with `width` inputs; undefined for one that needs nothing. */
export type StatisticsOf = (tensor: string, width: number) => LayerStatistics | undefined;

/**
 * Reads `--activations FILE:TENSOR` once: float rows [..., in], which serve every matrix of that width.
 *
 * @throws UsageError where the method needs them and none are given, or the other way round
 */
export async function readActivations(
  session: Session,
  method: string,
  needs: StatisticsNeeds | undefined,
  option: string | undefined,
): Promise<StatisticsOf> {
  if (!needs) {
    if (option !== undefined) throw needlessActivations(method);
    return () => undefined;
  }
  if (option === undefined) throw activationsMissing(method);
  const colon = option.lastIndexOf(":");
  if (colon < 1) throw activationsMissing(method);
  const path = session.path(option.slice(0, colon));
  const name = option.slice(colon + 1);
  const file = await openSafetensors(path);
  try {
    const { shape } = file.info(name);
    const data = await file.readFloat32(name);
    const cols = shape.at(-1) ?? 1;
    const statistics = activationStatistics({ rows: data.length / cols, cols, data }, needs);
    return (tensor, width) => {
      if (width !== cols) throw badActivations(path, name, cols, tensor, width);
      return statistics;
    };
  } finally {
    await file.close();
  }
}
