import type { SinkhornOptions } from "@sinqbench/kernels";
import {
  decode,
  effectiveGroup,
  type QuantizeConfig,
  type QuantizeContext,
  tileImbalances,
} from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import type { LayerRow } from "@sinqbench/report";
import { type Matrix, median } from "@sinqbench/tensor";
import { outputErrors, weightError } from "./errors.ts";
import { beforeRounding } from "./evenness.ts";
import { centredR2, medianKurtosis } from "./line-fit.ts";

/** Keeps the logarithm of an input that is always 0 finite. */
const LEAST_INPUT = 1e-12;

export type LayerMeasures = Omit<LayerRow, "model" | "layer" | "type" | "tensor">;

/** Measures one linear layer: how uneven it is, what SINQ and AWQ make of that, and what rounding costs. `config.tiling` is 1D. */
export function measureLayer(weight: Matrix, config: QuantizeConfig, context: QuantizeContext): LayerMeasures {
  const { rows, cols } = weight;
  const { kernels, statistics } = context;
  const { group } = effectiveGroup(cols, config.groupSize);
  const encode = (method: string) => quantizerById(method).quantize(weight, config, context);
  const [rtn, sinq] = [encode("rtn"), encode("sinq")];
  const tile = { tileRows: rows, tileCols: group };
  const scales = kernels.sinkhorn(weight.data, rows, cols, {
    ...(quantizerById("sinq").defaults as Omit<SinkhornOptions, "tileRows" | "tileCols">),
    ...tile,
  });
  const normalized = weight.data.map(
    (value, i) =>
      value /
      scales.columnScale[i % cols] /
      scales.rowScale[Math.floor(i / cols) * (cols / group) + Math.floor((i % cols) / group)],
  );
  const logs = (values: Float32Array) => Float64Array.from(values, (value) => Math.log(Math.max(value, LEAST_INPUT)));
  const outputError = outputErrors(weight, statistics!.rows!, kernels);
  return {
    rows,
    cols,
    bits: config.bits,
    group_size: group,
    imbalance_before: median(tileImbalances(weight, tile)),
    imbalance_after: median(tileImbalances({ rows, cols, data: normalized }, tile)),
    kurtosis_before: medianKurtosis(weight.data, group),
    kurtosis_after: medianKurtosis(normalized, group),
    kurtosis_awq: medianKurtosis(beforeRounding(weight, encode("awq-column")), group),
    kurtosis_asinq: medianKurtosis(beforeRounding(weight, encode("asinq")), group),
    r2_column_scale: centredR2(logs(scales.columnScale), logs(statistics!.meanAbs!), group),
    weight_error_rtn: weightError(weight.data, decode(rtn, kernels)),
    weight_error_sinq: weightError(weight.data, decode(sinq, kernels)),
    output_error_rtn: outputError(decode(rtn, kernels)),
    output_error_sinq: outputError(decode(sinq, kernels)),
  };
}
