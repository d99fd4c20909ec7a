import type { Command } from "commander";
import { finiteNumber, wholeNumber } from "../options/parse.ts";
import { MODEL_WORDS, type RevisionFlag, revisionOption } from "../options/revision.ts";
import { threadsOption } from "../options/shared.ts";
import type { Session } from "../session.ts";

export interface GenerateFlags extends RevisionFlag {
  prompt: string;
  tokens: number;
  temperature: number;
  topP: number;
  seed: number;
  threads: number;
}

/** `exp generate MODEL --prompt TEXT`: a look at what a model says, quantized checkpoints included. */
export function generateCommand(program: Command, session: Session): void {
  program
    .command("generate")
    .description("continue a text, to see what a model (or what quantization left of it) says")
    .argument("<model>", MODEL_WORDS)
    .requiredOption("--prompt <text>", "text to continue")
    .addOption(revisionOption())
    .option("--tokens <n>", "tokens to add at most", wholeNumber(1), 64)
    .option("--temperature <t>", "0: always the likeliest token; 1: the model's own odds", finiteNumber(0, 10), 0)
    .option("--top-p <p>", "draw among the fewest likeliest tokens that reach this probability", finiteNumber(0, 1), 1)
    .option("--seed <n>", "same seed, same draws", wholeNumber(0), 0)
    .addOption(threadsOption())
    .addHelpText(
      "after",
      "\nEvery token takes the whole text through the model again: meant for a look at a small model, not for serving.",
    )
    .action(async (model: string, flags: GenerateFlags) => {
      const { generateText } = await import("../generate/generate-text.ts");
      await generateText(session, model, flags);
    });
}
