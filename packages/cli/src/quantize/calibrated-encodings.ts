import { join } from "node:path";
import { evaluate } from "@sinqbench/evaluate";
import {
  type Encoded,
  encodedFromTensors,
  encodedToTensors,
  type PackedDescription,
  type TensorScales,
} from "@sinqbench/quantizer";
import { openSafetensors, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { type CalibrationFlags, calibrationInput } from "../calibration-input.ts";
import type { ModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import { EvaluationProgress } from "../terminal/evaluation-progress.ts";
import type { MovedScales, StepRequest } from "./moved-scales.ts";

/** What a calibrated method made of a checkpoint's linear layers. */
export interface CalibratedEncodings {
  /** Reads one back. */
  encoding(tensor: string): Promise<Encoded>;
  readonly moved: MovedScales;
}

/**
 * Runs the calibration text through a checkpoint, block by block as `exp eval` does, and keeps what the method stores in files
 * under `folder`: the encodings of a large model do not fit in memory.
 */
export async function calibratedEncodings(
  session: Session,
  model: ModelFolder,
  { quantizer, config, kernels }: StepRequest,
  flags: CalibrationFlags & { readonly threads: number },
  folder: string,
): Promise<CalibratedEncodings> {
  const variant = { id: quantizer.info.id, quantizer, config };
  const calibration = (await calibrationInput(session, model, [variant], flags))!;
  const { count, length } = calibration.windows;
  session.note(`calibration on ${count} x ${length} tokens of ${calibration.name} (${calibration.protocol})`);
  const moved = new Map<string, TensorScales>();
  const places = new Map<string, { readonly file: string; readonly description: PackedDescription }>();
  let parts = 0;
  const bar = new EvaluationProgress(session.io, "calibrate");
  try {
    await evaluate({
      modelDir: model.dir,
      variants: [variant],
      sets: [],
      calibration: calibration.windows,
      kernels,
      threads: flags.threads,
      signal: session.io.signal,
      onEncoded: async ({ matrices, scales }) => {
        const file = join(folder, `${parts++}.safetensors`);
        const entries: TensorEntry[] = [];
        for (const [name, encoded] of matrices) {
          const { tensors, description } = encodedToTensors(name, encoded);
          entries.push(...tensors);
          places.set(name, { file, description });
        }
        for (const [name, own] of scales) moved.set(name, own);
        await writeSafetensors(file, entries);
      },
      onProgress: (progress) => bar.update(progress),
    });
  } finally {
    bar.end();
  }
  return {
    moved,
    async encoding(tensor) {
      const { file, description } = places.get(tensor)!;
      const source = await openSafetensors(file);
      try {
        return await encodedFromTensors(source, tensor, description);
      } finally {
        await source.close();
      }
    },
  };
}
