import type { Kernels } from "@sinqbench/kernels";
import { type Matrix, openSafetensors, type TensorSource } from "@sinqbench/tensor";
import { decode } from "../decode.ts";
import { activationStatistics } from "../statistics/activation-statistics.ts";
import { loadAux } from "../store-aux.ts";
import type { Aux, Encoded, Quantizer, Tiling } from "../types.ts";

/** How a method's result compares with the output of the published code. */
export interface Agreement {
  /** Share of decoded weights within 1e-4 relative, plus 1e-7 of the largest. */
  readonly close: number;
  /** Largest difference of a decoded weight, in quantization steps of its group. */
  readonly worstSteps: number;
  /** Codes that differ: of weights, and of 8-bit scales and zeros; 0 where the output holds none. */
  readonly differentCodes: number;
  readonly differentAuxCodes: number;
}

/** Files of a weight and of what published code made of it. */
export interface PublishedOutput {
  /** Path of a .safetensors file with the input: `weight`, float32 [out, in]; `activations` [..., in] for calibrated methods. */
  readonly weight: string;
  /**
   * Path of the output: its metadata says bits, group and perhaps tiling and aux; it holds `dequantized`, or `codes`, `scale`,
   * `zero` and perhaps `column_scale` (and `scale_codes`, `zero_codes` for 8-bit aux).
   */
  readonly output: string;
}

/** Quantizes the input as the published output was made, and compares. */
export async function publishedAgreement(
  quantizer: Quantizer,
  files: PublishedOutput,
  kernels: Kernels,
): Promise<Agreement> {
  const input = await openSafetensors(files.weight);
  const output = await openSafetensors(files.output);
  try {
    const [rows, cols] = input.info("weight").shape as [number, number];
    const { bits, group, tiling, aux } = output.metadata;
    const config = {
      bits: Number(bits),
      groupSize: Number(group),
      tiling: (tiling?.toLowerCase() ?? "1d") as Tiling,
      aux: aux === undefined ? ("f32" as const) : ("u8" as const),
    };
    const statistics = quantizer.needs && activationStatistics(await readActivations(input), quantizer.needs);
    const context = { kernels, ...(statistics && { statistics }) };
    const encoded = quantizer.quantize({ rows, cols, data: await input.readFloat32("weight") }, config, context);
    const expected = output.has("dequantized")
      ? await output.readFloat32("dequantized")
      : await dequantizePublished(output, encoded);
    return {
      ...compare(decode(encoded, kernels), expected, encoded),
      differentCodes: output.has("codes")
        ? countDifferent(kernels.unpack(encoded.codes, encoded.bits, rows * cols), await output.readInt32("codes"))
        : 0,
      differentAuxCodes: await differentAuxCodes(output, encoded),
    };
  } finally {
    await input.close();
    await output.close();
  }
}

async function readActivations(input: TensorSource): Promise<Matrix> {
  const cols = input.info("activations").shape.at(-1)!;
  const data = await input.readFloat32("activations");
  return { rows: data.length / cols, cols, data };
}

/** (code or level - zero) * scale * column scale, from the arrays of the output alone; the codebook is the method's. */
async function dequantizePublished(
  output: TensorSource,
  { rows, cols, group, levels }: Encoded,
): Promise<Float32Array> {
  const codes = await output.readInt32("codes");
  const scale = await output.readFloat32("scale");
  const zero = await output.readFloat32("zero");
  const columnScale = output.has("column_scale") ? await output.readFloat32("column_scale") : null;
  return Float32Array.from({ length: rows * cols }, (_, i) => {
    const at = Math.floor(i / group);
    const value = levels ? levels[codes[i]] : codes[i];
    return (value - zero[zero.length === 1 ? 0 : at]) * scale[at] * (columnScale?.[i % cols] ?? 1);
  });
}

function compare(decoded: Float32Array, expected: Float32Array, encoded: Encoded) {
  const { rows, cols, group, columnScaleRows = rows } = encoded;
  const scale = loadAux(encoded.scale);
  const columnScale = encoded.columnScale && loadAux(encoded.columnScale);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let close = 0;
  let worstSteps = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(decoded[i] - expected[i]);
    if (difference <= 1e-4 * Math.abs(expected[i]) + 1e-7 * largest) close++;
    const line = Math.floor(Math.floor(i / cols) / columnScaleRows);
    const step = scale[Math.floor(i / group)] * (columnScale?.[line * cols + (i % cols)] ?? 1);
    worstSteps = Math.max(worstSteps, difference / step);
  }
  return { close: close / expected.length, worstSteps };
}

async function differentAuxCodes(output: TensorSource, { scale, zero }: Encoded): Promise<number> {
  if (!output.has("scale_codes")) return 0;
  const codes = (aux: Aux) => (aux.dtype === "u8" ? aux.codes : new Uint8Array(0));
  return (
    countDifferent(codes(scale), await output.readInt32("scale_codes")) +
    countDifferent(codes(zero), await output.readInt32("zero_codes"))
  );
}

function countDifferent(ours: Uint8Array, theirs: Int32Array): number {
  let different = Math.abs(ours.length - theirs.length);
  for (let i = 0; i < Math.min(ours.length, theirs.length); i++) if (ours[i] !== theirs[i]) different++;
  return different;
}
