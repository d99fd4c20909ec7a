import type { AuxPrecision, Tiling } from "@sinqbench/quantizer";
import type { Command } from "commander";
import { Option } from "commander";
import type { CalibrationFlags } from "../calibration-input.ts";
import { calibrationOptions } from "../options/command-options.ts";
import { regularExpression, wholeNumber } from "../options/parse.ts";
import { type RevisionFlag, revisionOption } from "../options/revision.ts";
import { auxOption, groupSizeOption, threadsOption, tilingOption } from "../options/shared.ts";
import type { QuantizeFormat } from "../quantize/quantize-path.ts";
import type { Session } from "../session.ts";

interface QuantizeFlags extends RevisionFlag, CalibrationFlags {
  method: string;
  bits: number;
  groupSize: number;
  tiling: Tiling;
  aux: AuxPrecision;
  tensors?: RegExp;
  activations?: string;
  format: QuantizeFormat;
  out: string;
  threads: number;
}

/** `exp quantize IN --out OUT`: quantizes a file or a checkpoint and writes what the model would compute with, or what the method stores. */
export function quantizeCommand(program: Command, session: Session): void {
  const command = program
    .command("quantize")
    .description("quantize a .safetensors file or a checkpoint folder")
    .argument(
      "<in>",
      "a .safetensors file (its 2-D float tensors), or a checkpoint folder, a model of the hub as org/name or one that comes along (its linear layers)",
    )
    .addOption(revisionOption())
    .requiredOption("--method <id>", "method id; see exp list")
    .requiredOption("--bits <n>", "bits of a code", wholeNumber(1))
    .addOption(groupSizeOption())
    .addOption(tilingOption())
    .addOption(auxOption());
  calibrationOptions(command)
    .option(
      "--activations <file:tensor>",
      "inputs of the layer, [..., in], instead of a calibration text: for a bare matrix",
    )
    .option("--tensors <regex>", "quantize the 2-D float tensors whose name matches instead", regularExpression)
    .addOption(
      new Option(
        "--format <format>",
        "dequantized: values as float32 under their names; packed: codes and scales as stored, for exp eval",
      )
        .choices(["dequantized", "packed"])
        .default("dequantized"),
    )
    .requiredOption("--out <path>", "file or folder to write")
    .addOption(threadsOption())
    .action(async (input: string, flags: QuantizeFlags) => {
      const { quantizePath } = await import("../quantize/quantize-path.ts");
      await quantizePath(session, input, { ...flags, out: session.path(flags.out) });
    });
}
