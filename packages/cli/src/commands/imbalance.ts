import type { Tiling } from "@sinqbench/quantizer";
import type { Command } from "commander";
import { collect } from "../options/parse.ts";
import { MODEL_WORDS, type RevisionFlag, revisionOption } from "../options/revision.ts";
import { groupSizeOption, threadsOption, tilingOption } from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface ImbalanceFlags extends RevisionFlag {
  model?: string[];
  groupSize: number;
  tiling: Tiling;
  out?: string;
  threads: number;
}

/** `exp imbalance`: what SINQ's normalization does to a model's matrices, iteration by iteration. */
export function imbalanceCommand(program: Command, session: Session): void {
  program
    .command("imbalance")
    .description("matrix imbalance by Sinkhorn iteration and by layer type, before and after")
    .option("--model <model>", `${MODEL_WORDS}; may be repeated (default: all that come along)`, collect)
    .addOption(revisionOption())
    .addOption(groupSizeOption())
    .addOption(tilingOption())
    .option("--out <dir>", "folder of the results (default: results)")
    .addOption(threadsOption())
    .addHelpText(
      "after",
      "\nImbalance is the largest over the smallest standard deviation of a matrix's rows and columns. Iterations work on tiles,\n" +
        "so the CSV has both: the median over a layer's tiles, and the whole matrix. A layer counts once: medians over blocks\n" +
        "say nothing of the layer that quantizes worst; the CSV names every one.",
    )
    .action(async (flags: ImbalanceFlags) => {
      const { runImbalance } = await import("../imbalance/run-imbalance.ts");
      await runImbalance(session, flags);
    });
}
