import type { Command } from "commander";
import type { Session } from "../session.ts";

/** `exp new quantizer NAME`: a package to write a method in, which is in every table from the start. */
export function newCommand(program: Command, session: Session): void {
  program
    .command("new")
    .description("start a quantizer of your own")
    .command("quantizer")
    .description("write the package of a new method, which starts as round to nearest, and register it")
    .argument("<name>", "method id: small letters, digits and single dashes, such as my-method")
    .addHelpText("after", "\nCONTRIBUTING.md goes on from there.")
    .action(async (name: string) => {
      const { newQuantizer } = await import("../scaffold/new-quantizer.ts");
      await newQuantizer(session, name);
    });
}
