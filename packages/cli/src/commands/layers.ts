import type { Command } from "commander";
import { type CalibrationFlags, DEFAULT_CALIBRATION } from "../calibration-input.ts";
import { collect, wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, type RevisionFlag, revisionOption } from "../options/revision.ts";
import { calibrationOption, calibrationWindowsOption, groupSizeOption, threadsOption } from "../options/shared.ts";
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
  program
    .command("layers")
    .description("imbalance, kurtosis, and what rounding costs, for every linear layer (the paper's figures 2 and 7)")
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: embedded)`, collect)
    .addOption(revisionOption())
    .option("--bits <n>", "bits of a code", wholeNumber(2), 4)
    .addOption(groupSizeOption())
    .addOption(calibrationOption(DEFAULT_CALIBRATION))
    .addOption(calibrationWindowsOption())
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
