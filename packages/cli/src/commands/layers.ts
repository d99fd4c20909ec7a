import type { Command } from "commander";
import type { CalibrationFlags } from "../calibration-input.ts";
import { calibrationOptions, modelOptions } from "../options/command-options.ts";
import { wholeNumber } from "../options/parse.ts";
import type { RevisionFlag } from "../options/revision.ts";
import { groupSizeOption, threadsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface LayersFlags extends CalibrationFlags, RevisionFlag {
  model?: string[];
  bits: number;
  groupSize: number;
  out?: string;
  threads: number;
}

/** `exp layers`: imbalance and kurtosis against errors, layer by layer. */
export function layersCommand(program: Command, session: Session): void {
  const command = program
    .command("layers")
    .description("imbalance, kurtosis, and what rounding costs, for every linear layer (the paper's figures 2 and 7)");
  calibrationOptions(modelOptions(command))
    .option("--bits <n>", "bits of a code", wholeNumber(2), 4)
    .addOption(groupSizeOption())
    .option("--out <dir>", "folder of the results (default: results)")
    .addOption(threadsOption())
    .addHelpText(
      "after",
      "\nErrors of single layers mislead: a layer's output error says little of what it does to the loss. They are here beside\n" +
        "imbalance and kurtosis, the two things that a normalization could make small, to see which of them goes with the errors.",
    )
    .action(async (flags: LayersFlags) => {
      const { runLayers } = await import("../layers/run-layers.ts");
      await runLayers(session, flags);
    });
}
