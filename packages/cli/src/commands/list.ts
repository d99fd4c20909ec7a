import type { Command } from "commander";
import type { Session } from "../session.ts";

/** `exp list`: what can be run, with nothing loaded but the records themselves. */
export function listCommand(program: Command, session: Session): void {
  program
    .command("list")
    .description("experiments, methods, embedded texts and models")
    .action(async () => {
      const { quantizers } = await import("@sinqbench/quantizers");
      const { experiments } = await import("@sinqbench/experiments");
      const { embeddedModelDir, embeddedModelName, embeddedTexts } = await import("@sinqbench/embedded");
      const { architectures } = await import("@sinqbench/models");

      const section = (title: string, rows: readonly (readonly [string, ...string[]])[]) => {
        session.print(`${title}`);
        const width = Math.max(...rows.map(([name]) => name.length));
        for (const [name, first, ...rest] of rows) {
          session.print(`  ${name.padEnd(width)}  ${first ?? ""}`.trimEnd());
          for (const line of rest) session.print(`  ${" ".repeat(width)}  ${line}`);
        }
        session.print("");
      };
    });
}
