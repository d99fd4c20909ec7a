import type { LayerStatistics } from "../types.ts";
import type { TensorScales } from "./block-step.ts";

/**
 * Multiplies a tensor's rows and columns by its factors, in place: w[i, j] * rows[i] * columns[j], each product rounded to
 * float32.
 *
 * @param values float32, row-major; a norm or bias has one value a row
 */
export function applyScales(values: Float32Array, { rows, columns }: TensorScales): void {
  if (rows) {
    const width = values.length / rows.length;
    for (let i = 0; i < rows.length; i++) {
      for (let at = i * width; at < (i + 1) * width; at++) values[at] *= rows[i];
    }
  }
  if (columns) {
    const width = columns.length;
    for (let at = 0; at < values.length; at += width) for (let j = 0; j < width; j++) values[at + j] *= columns[j];
  }
}

/** What is known of a layer's inputs once its weight's columns were multiplied by factors: the inputs are divided by them. */
export function scaledStatistics(statistics: LayerStatistics, columns: Float32Array): LayerStatistics {
  const divided = (values: Float32Array) => values.map((value, i) => value / columns[i % columns.length]);
  const { tokens, meanAbs, std, rows, secondMoment } = statistics;
  return {
    tokens,
    ...(meanAbs && { meanAbs: divided(meanAbs) }),
    ...(std && { std: divided(std) }),
    ...(rows && { rows: { ...rows, data: divided(rows.data) } }),
    ...(secondMoment && {
      secondMoment: {
        ...secondMoment,
        data: divided(secondMoment.data).map((value, i) => value / columns[Math.floor(i / columns.length)]),
      },
    }),
  };
}
