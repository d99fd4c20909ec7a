import type { Device } from "@sinqbench/evaluate";
import type { AuxPrecision, Tiling } from "@sinqbench/quantizer";
import type { Command } from "commander";
import { type CalibrationFlags, DEFAULT_CALIBRATION } from "../calibration-input.ts";
import { wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, type RevisionFlag, revisionOption } from "../options/revision.ts";
import {
  auxOption,
  bitsOption,
  calibrationOption,
  calibrationWindowsOption,
  datasetOption,
  deviceOption,
  freshOption,
  groupSizeOption,
  methodsOption,
  threadsOption,
  tilingOption,
  tokensOption,
} from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface EvalFlags extends CalibrationFlags, RevisionFlag {
  methods: string[];
  bits: number[];
  groupSize: number;
  tiling: Tiling;
  aux: AuxPrecision;
  dataset?: string;
  text?: string;
  tokens?: string;
  window?: number;
  windows?: number;
  threads: number;
  device: Device;
  fresh: boolean;
  json?: string;
  nll?: string;
}

/** `exp eval MODEL`: perplexity of any methods on any text. */
export function evalCommand(program: Command, session: Session): void {
  program
    .command("eval")
    .description("perplexity of a model under any methods, on any text")
    .argument("<model>", MODEL_WORDS)
    .addOption(revisionOption())
    .addOption(
      methodsOption("method ids with commas between them; bf16 is the checkpoint's own weights", [
        "bf16",
        "rtn",
        "sinq",
      ]),
    )
    .addOption(bitsOption([4]))
    .addOption(groupSizeOption())
    .addOption(tilingOption())
    .addOption(auxOption())
    .addOption(datasetOption("see exp list"))
    .option("--text <file>", "a text of your own: a text file, or .parquet, .jsonl or .json with a column text")
    .addOption(tokensOption())
    .option("--window <n>", "tokens in a window (default: 2048, or the model's positions if fewer)", wholeNumber(2))
    .option("--windows <n>", "score only the first n windows", wholeNumber(1))
    .addOption(calibrationOption(DEFAULT_CALIBRATION))
    .addOption(calibrationWindowsOption())
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(freshOption())
    .option("--json <file>", "write the rows as a JSON array, with the columns of the CSV files")
    .option("--nll <file>", "write the loss of every token, in nats, as .safetensors; one file per variant")
    .addHelpText("after", "\nDifferences to bf16 are paired on the same windows: they need bf16 among the methods.")
    .action(async (model: string, flags: EvalFlags) => {
      const { evalModel } = await import("../eval/eval-model.ts");
      await evalModel(session, model, flags);
    });
}
