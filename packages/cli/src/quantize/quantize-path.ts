import { stat } from "node:fs/promises";
import { openHubModel } from "@sinqbench/hub";
import type { AuxPrecision, Tiling } from "@sinqbench/quantizer";
import type { CalibrationFlags } from "../calibration-input.ts";
import { fromHub } from "../hub/from-hub.ts";
import { noSuchPath, quantizeInput } from "../messages.ts";
import { embeddedModelOf } from "../model-words.ts";
import type { Session } from "../session.ts";
import { headerBytes } from "./header-bytes.ts";
import { quantizeFile } from "./quantize-file.ts";
import { quantizeFolder } from "./quantize-folder.ts";
import { openTensorQuantizer } from "./tensor-quantizer.ts";

/** "dequantized": values as float32. "packed": codes, scales and what else decoding needs, as it is stored. */
export type QuantizeFormat = "dequantized" | "packed";

export interface QuantizeOptions extends CalibrationFlags {
  readonly method: string;
  readonly bits: number;
  readonly groupSize: number;
  readonly tiling: Tiling;
  readonly aux: AuxPrecision;
  /** Tensors to quantize, by name; by default what the input's kind says. */
  readonly tensors?: RegExp;
  /** FILE:TENSOR with the inputs [..., in] that a calibrated method learns from; for a checkpoint a text does. */
  readonly activations?: string;
  readonly format: QuantizeFormat;
  readonly out: string;
  readonly threads: number;
  /** Of a model of the hub. */
  readonly revision?: string;
}

/** Quantizes a safetensors file into a file, or a checkpoint folder or model of the hub into a folder; prints what it came to. */
export async function quantizePath(session: Session, word: string, options: QuantizeOptions): Promise<void> {
  const named = embeddedModelOf(session, word)?.dir ?? word;
  const hub = await fromHub(session, named, options.revision, openHubModel);
  const input = hub?.dir ?? session.path(named);
  const found = await stat(input).catch(() => undefined);
  if (!found) throw noSuchPath(input);
  const quantizer = await openTensorQuantizer(session, options, found.isDirectory());
  if (found.isDirectory()) await quantizeFolder(session, input, quantizer, options);
  else if (input.endsWith(".safetensors")) await quantizeFile(session, input, quantizer, options);
  else throw quantizeInput(input);
  for (const line of quantizer.tally.lines()) session.print(line);
  if (options.format === "packed") session.print(quantizer.tally.headerLine(await headerBytes(options.out)));
  session.print(`wrote ${session.shown(options.out)}`);
}
