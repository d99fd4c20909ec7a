import type { Command } from "commander";
import { Option } from "commander";
import { wholeNumber } from "../options/parse.ts";
import type { Session } from "../session.ts";

interface SynthFlags {
  layers?: number;
  seed: number;
  dtype: "bf16" | "f16" | "f32";
}

/** `exp synth CONFIG OUT`: a random checkpoint of a given shape, for benchmarks and tests. */
export function synthCommand(program: Command, session: Session): void {
  program
    .command("synth")
    .description("write a random checkpoint of the shape that a Hugging Face config.json gives")
    .argument("<config>", "config.json, or a folder that holds one")
    .argument("<out>", "folder to write; must not exist or be empty")
    .option("--layers <n>", "only the first n blocks, for a model too large for the disk", wholeNumber(1))
    .option("--seed <n>", "same seed, same bytes", wholeNumber(0), 0)
    .addOption(new Option("--dtype <dtype>", "type of the weights").choices(["bf16", "f16", "f32"]).default("bf16"))
    .action(async (config: string, out: string, flags: SynthFlags) => {
      const { synthesize } = await import("../synthesize.ts");
      await synthesize(session, session.path(config), session.path(out), flags);
    });
}
