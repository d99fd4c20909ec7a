import { decode, type Encoded, encodedToTensors, type PackedTensors, storedBytes } from "@sinqbench/quantizer";
import { BenchError, type TensorEntry, type TensorInfo, type TensorSource } from "@sinqbench/tensor";
import { openKernels } from "../kernels-in-use.ts";
import { inTensor, notAQuantizer, tensorsOfCalibrated } from "../messages.ts";
import type { Session } from "../session.ts";
import { BASELINE, checkOffered, chosenMethod, methodIds } from "../variants.ts";
import { type MovedScales, readScaled, type StepRequest } from "./moved-scales.ts";
import type { QuantizeFormat, QuantizeOptions } from "./quantize-path.ts";
import { readActivations } from "./read-activations.ts";
import { Tally } from "./tally.ts";

const FLOATS: ReadonlySet<string> = new Set(["F32", "F16", "BF16", "F64"]);

/** Whether a tensor can be quantized: a matrix of floating-point values. */
export function isFloatMatrix({ dtype, shape }: TensorInfo): boolean {
  return FLOATS.has(dtype) && shape.length === 2 && shape[0] > 0 && shape[1] > 0;
}

export interface TensorQuantizer {
  readonly tally: Tally;
  readonly groupSize: number;
  readonly format: QuantizeFormat;
  /** What the method is, for its block step. */
  readonly step: StepRequest;
  /** Whether its encodings are to come from running the whole model. */
  readonly calibrates: boolean;
  /** Factors that tensors are multiplied by when they are read; what has factors and is not quantized is written as float32. */
  moved: MovedScales;
  /** Where the encodings come from that were made with the whole model at hand; absent where a matrix is enough. */
  encoding?: (tensor: string) => Promise<Encoded>;
  /** The tensor as it will be written: float32 [out, in], made when its turn comes. */
  quantized(source: TensorSource, info: TensorInfo, onDone: () => void): TensorEntry;
  /** The tensor as codes and scales, made now. */
  packed(source: TensorSource, info: TensorInfo): Promise<PackedTensors>;
  /** The tensor's stored bytes, untouched. */
  copied(source: TensorSource, info: TensorInfo): TensorEntry;
  /** The tensor times its factors, float32. */
  scaled(source: TensorSource, info: TensorInfo): TensorEntry;
}

/**
 * Checks the settings, loads the kernels and says which they are.
 *
 * @param whole the input is a checkpoint, which can be run: a calibrated method needs no `--activations`
 */
export async function openTensorQuantizer(
  session: Session,
  options: QuantizeOptions,
  whole: boolean,
): Promise<TensorQuantizer> {
  if (options.method === BASELINE) throw notAQuantizer(methodIds());
  const { quantizer, config: own } = chosenMethod(options.method);
  const { bits, groupSize, tiling, aux } = options;
  const config = { bits, groupSize, tiling, aux, ...own };
  checkOffered(quantizer, config);
  const calibrates = whole && quantizer.needs !== undefined && options.activations === undefined;
  if (calibrates && options.tensors) throw tensorsOfCalibrated(options.method);
  const statisticsOf = calibrates
    ? () => undefined
    : await readActivations(session, options.method, quantizer.needs, options.activations);
  const kernels = openKernels(session, options.threads);
  const tally = new Tally();

  const quantize = async (
    source: TensorSource,
    info: TensorInfo,
  ): Promise<{ encoded: Encoded; decoded: Float32Array }> => {
    await session.breathe();
    const [rows, cols] = info.shape;
    const data = await readScaled(source, info.name, opened.moved);
    try {
      const statistics = statisticsOf(info.name, cols);
      const context = statistics ? { kernels, statistics } : { kernels };
      const encoded = opened.encoding
        ? await opened.encoding(info.name)
        : quantizer.quantize({ rows, cols, data }, config, context);
      const decoded = decode(encoded, kernels);
      tally.add(data, decoded, storedBytes(encoded));
      return { encoded, decoded };
    } catch (error) {
      throw error instanceof BenchError ? inTensor(source.path, info.name, error) : error;
    }
  };

  const opened: TensorQuantizer = {
    tally,
    groupSize: config.groupSize,
    format: options.format,
    step: { quantizer, config, kernels },
    calibrates,
    moved: new Map(),
    quantized: (source, info, onDone) => ({
      name: info.name,
      dtype: "F32",
      shape: info.shape,
      data: async () => {
        const { decoded } = await quantize(source, info);
        onDone();
        return decoded;
      },
    }),
    packed: async (source, info) => encodedToTensors(info.name, (await quantize(source, info)).encoded),
    copied: (source, info) => ({
      name: info.name,
      dtype: info.dtype,
      shape: info.shape,
      data: async () => {
        session.io.signal.throwIfAborted();
        return source.readBytes(info.name);
      },
    }),
    scaled: (source, info) => ({
      name: info.name,
      dtype: "F32",
      shape: info.shape,
      data: () => readScaled(source, info.name, opened.moved),
    }),
  };
  return opened;
}
